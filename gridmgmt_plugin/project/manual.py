"""Where the manual lies: local pages, made from ``docs`` when the plugin is packed (``tools/manual.py``)."""

from __future__ import annotations

from pathlib import Path

from gridmgmt_plugin.core.resources import resource_path, resource_root
from gridmgmt_plugin.project.i18n import language

#: The page of the whole manual.
WHOLE = "index"


def manual_page(topic: str = WHOLE) -> Path | None:
    """Return the page about ``topic`` in QGIS's language: an action's key or an algorithm's id.

    ``None`` where there is none: in a checkout before ``make docs`` has run.
    """
    made = resource_root().parent / "out" / "manual"  # a checkout has it here, the installed plugin in its resources
    for folder in (resource_path("manual"), made):
        page = folder / language() / f"{topic}.html"
        if page.is_file():
            return page
    return None
