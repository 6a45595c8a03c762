"""Profiles of receivers are tried with the workspace and the folder of the hand-over."""

from tests.jobs.handover.conftest import folder, workspace, workspace_in_both  # noqa: F401  fixtures
