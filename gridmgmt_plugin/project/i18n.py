"""The language of the interface: QGIS's own, and the texts that we show in it.

English is the source language. ``tools/translations.py`` collects every ``tr("…")`` and ``translatable("…")``
of the package into ``i18n/gridmgmt_zh_CN.ts`` and compiles it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

from gridmgmt_plugin.core.listing import Listing
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.plurals import filled

CONTEXT = "gridmgmt"
_FOLDER = Path(__file__).resolve().parent.parent / "i18n"
# What a reader of the language is served with where his own region has no translation.
_REGION_OF_LANGUAGE = {"zh": "zh_CN"}


def tr(text: str, **values: Any) -> str:
    """Return ``text`` in the language of QGIS, with ``values`` filled in where some are given.

    ``text`` is a literal. One that counts, such as ``{count} {count:row|rows}``, is given its values here, or goes
    through :func:`gridmgmt_plugin.core.plurals.counted`: words and numbers agree, which ``str.format`` cannot do.
    """
    said = str(QCoreApplication.translate(CONTEXT, text))
    if not values:
        return said
    lists = {name: value.with_commas() for name, value in values.items() if isinstance(value, Listing)}
    return filled(said, values if not lists or language() == "zh" else {**values, **lists})


def translatable(text: str) -> str:
    """Mark a literal that stands in a table and goes through :func:`tr` only when it is shown."""
    return text


def locale_tag() -> str:
    """Return the full tag of QGIS's locale, such as ``zh_CN``, ``zh_Hans`` or ``en_US``.

    What QGIS's window loaded at its start comes first, also when ``qgis --lang`` chose it. A program without a
    window loads nothing and goes by the settings. ``QgsApplication.locale()`` cuts the region off.
    """
    application = QgsApplication.instance()  # a script may have none, or Qt's own
    chosen = application.translation() if isinstance(application, QgsApplication) else None
    if not chosen:
        settings = QgsSettings()
        if settings.value("locale/overrideFlag", defaultValue=False, type=bool):
            chosen = settings.value("locale/userLocale")
    return str(chosen or QLocale().name() or "en").replace("-", "_")


def language() -> str:
    """Return ``zh`` or ``en``: the language in which messages are told."""
    return tongue_of(locale_tag())


def translation_file(tag: str) -> Path | None:
    """Return the compiled translation that serves a reader of ``tag`` best; None means the English source.

    The full tag comes first, then the language alone, then the region that stands for the language.
    """
    base = tag.split("_", maxsplit=1)[0].lower()
    for name in (tag, base, _REGION_OF_LANGUAGE.get(base)):
        path = _FOLDER / f"gridmgmt_{name}.qm"
        if name and path.is_file():
            return path
    return None


class Translation:
    """The translator of the plugin in QGIS's application, from installing to removing it."""

    def __init__(self) -> None:
        self._translator: QTranslator | None = None

    def install(self) -> None:
        """Load the translation for QGIS's locale; without one the English source shows."""
        path = translation_file(locale_tag())
        if self._translator is not None or path is None:
            return
        translator = QTranslator()
        if translator.load(str(path)):
            QCoreApplication.installTranslator(translator)
            self._translator = translator

    def remove(self) -> None:
        """Take the translator out again."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
