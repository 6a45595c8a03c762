"""The state of the workspace at a glance: unsaved edits, the last check, the last release, jobs under way."""
