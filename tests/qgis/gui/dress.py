"""QGIS in another dress: its own dark theme, or a dark palette of the desktop."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QApplication, QStyleFactory

NIGHT, DARK, LIGHT = "Night Mapping", "dark palette", "light"
_DARK = {
    "Window": "#2d2d2d",
    "WindowText": "#e6e6e6",
    "Base": "#1e1e1e",
    "AlternateBase": "#282828",
    "Text": "#e6e6e6",
    "Button": "#383838",
    "ButtonText": "#e6e6e6",
    "BrightText": "#ff5555",
    "ToolTipBase": "#383838",
    "ToolTipText": "#e6e6e6",
    "Link": "#6fb1ff",
    "Highlight": "#2a6fb5",
    "HighlightedText": "#ffffff",
    "PlaceholderText": "#a0a0a0",
}


def dress(theme: str) -> None:
    """Give the running application a theme: NIGHT, DARK or LIGHT (as it comes)."""
    QApplication.setStyle(QStyleFactory.create("Fusion"))
    QApplication.setPalette(QApplication.style().standardPalette())
    QgsApplication.setUITheme("default")
    if theme == NIGHT:
        QgsApplication.setUITheme(NIGHT)
    elif theme == DARK:
        palette = QPalette()
        for name, colour in _DARK.items():
            role = getattr(QPalette.ColorRole, name)
            palette.setColor(role, QColor(colour))
            if name in ("WindowText", "Text", "ButtonText"):
                palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#8a8a8a"))
        QApplication.setPalette(palette)
