"""The health of a coverage: what is wrong with it, whether an edit left it sound, and how it is repaired."""
