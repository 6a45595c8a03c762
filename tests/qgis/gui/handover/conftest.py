"""A window with the dialogs of jobs, for what follows an export."""

from tests.qgis.gui.jobs.job_window import iface, original, shell  # noqa: F401
