"""Every test of this folder has QGIS."""

from tests.qgis.application import (  # noqa: F401  fixtures and the end of QGIS
    _no_hidden_errors,
    _no_window_left,
    _same_modules_after_unloading,
    laid_out,
    logins,
    processing,
    pytest_runtest_setup,
    pytest_unconfigure,
    qgis_app,
    upgrade_asked,
)
from tests.short_search import _short_search  # noqa: F401  fixture
