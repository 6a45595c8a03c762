"""The one place that knows which colours can be read: on light and dark themes, on palettes and style sheets.

Text keeps the theme's own colours. Where we colour it, the colour is moved towards white or black until it stands out
from what is behind it as far as WCAG 2.1 asks (success criteria 1.4.3 for text, 1.4.11 for marks).
"""

from __future__ import annotations

from functools import lru_cache

from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QAbstractItemView, QTextEdit, QWidget

TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0
#: What the window says by colours, before they are moved.
ERROR, WARNING, NOTE, ALARM = "#c62828", "#ef8a00", "#1f8bd6", "#b4430c"
_STEPS = 20
# How far what is said in passing lies from the text towards what is behind it.
_FAINTNESS = 0.3
_WHITE, _BLACK = "#ffffff", "#000000"


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two opaque colours, 1 to 21, as WCAG 2.1 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, behind: QWidget | QColor, least: float = TEXT_CONTRAST) -> QColor:
    """Return the colour, or the nearest to it towards white or black that stands out from a colour.

    :param behind: that colour, or the widget whose text shall be told from what is behind it.
    """
    grounds = (behind,) if isinstance(behind, QColor) else grounds_of(behind)
    return QColor(_readable(colour, tuple(ground.name() for ground in grounds), least))


def faint(widget: QWidget) -> QColor:
    """Return the colour of what a widget says in passing: fainter than its text, and still to be read."""
    grounds = grounds_of(widget)
    is_listing = isinstance(widget, (QAbstractItemView, QTextEdit))
    role = QPalette.ColorRole.Text if is_listing else QPalette.ColorRole.WindowText
    text = widget.palette().color(QPalette.ColorGroup.Active, role)
    return readable(_between(text, grounds[0], _FAINTNESS).name(), widget)


def link_style(widget: QWidget) -> str:
    """Return what stands before the rich text of a widget, so that its links can be read: themes forget them."""
    link = widget.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Link)
    return f"<style>a {{ color: {readable(link.name(), widget).name()}; }}</style>"


def make_faint(widget: QWidget) -> None:
    """Have a label say its text in passing."""
    widget.setStyleSheet(f"color: {faint(widget).name()};")


def mark_trouble(widget: QWidget, *, is_trouble: bool) -> None:
    """Have what a label says stand out by a red edge at its left, or no longer."""
    edge = readable(ERROR, widget, MARK_CONTRAST).name()
    # Without a border for the other sides Qt draws none at all.
    widget.setStyleSheet(f"border: none; border-left: 3px solid {edge}; padding-left: 6px;" if is_trouble else "")


def grounds_of(widget: QWidget) -> tuple[QColor, ...]:
    """Return what is behind a widget's text, as its theme has it; of a list whose lines take turns, both colours."""
    widget.ensurePolished()  # a style sheet writes its colours into the palette only then
    if isinstance(widget, (QAbstractItemView, QTextEdit)):
        palette = widget.palette()
        takes_turns = isinstance(widget, QAbstractItemView) and getattr(widget, "alternatingRowColors", bool)()
        roles = [QPalette.ColorRole.Base, *([QPalette.ColorRole.AlternateBase] if takes_turns else [])]
        return tuple(palette.color(QPalette.ColorGroup.Active, role) for role in roles)
    around: QWidget | None = widget
    while around is not None:
        around.ensurePolished()
        ground = around.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
        if ground.alpha() == 255 or around.isWindow():
            return (ground,)
        around = around.parentWidget()
    return (widget.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window),)


def laid_over(colour: QColor, behind: QColor) -> QColor:
    """Return what is seen where a colour that may let something through lies over an opaque one."""
    return _between(behind, colour, colour.alphaF())


@lru_cache(maxsize=256)
def _readable(colour: str, grounds: tuple[str, ...], least: float) -> str:
    behind = [QColor(name) for name in grounds]

    def worst(candidate: QColor) -> float:
        return min(contrast(candidate, ground) for ground in behind)

    away = max((QColor(_WHITE), QColor(_BLACK)), key=worst)
    steps = (_between(QColor(colour), away, step / _STEPS) for step in range(_STEPS))
    return str(next((found for found in steps if worst(found) >= least), away).name())


def _between(one: QColor, other: QColor, share: float) -> QColor:
    parts = zip(one.getRgb()[:3], other.getRgb()[:3])
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)
