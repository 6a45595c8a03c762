"""Fixtures of the dialogs of jobs."""

from tests.qgis.gui.jobs.job_window import cases, iface, original, shell  # noqa: F401
