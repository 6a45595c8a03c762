"""The language of the interface follows QGIS, whatever form its locale has."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale

from gridmgmt_plugin.project import i18n
from tools import translations


@pytest.fixture
def locale():
    """Return the function that sets QGIS's locale as its options dialog does; None = the system's."""
    settings = QgsSettings()
    before = QLocale()

    def choose(tag, system="en_US"):
        settings.setValue("locale/overrideFlag", tag is not None)
        settings.setValue("locale/userLocale", tag)
        QLocale.setDefault(QLocale(system))

    yield choose
    settings.remove("locale/overrideFlag")
    settings.remove("locale/userLocale")
    QLocale.setDefault(before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A translation folder with the Chinese catalogue compiled into it."""
    content = translations.compile_catalogue(translations.read_catalogue())
    (tmp_path / "gridmgmt_zh_CN.qm").write_bytes(content)
    monkeypatch.setattr(i18n, "_FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("tag", ["zh_CN", "zh-Hans", "zh-Hant", "zh", "zh_TW"])
def test_every_chinese_locale_of_qgis_reads_chinese(locale, folder, tag):
    locale(tag)
    assert i18n.language() == "zh"
    assert i18n.translation_file(i18n.locale_tag()) == folder / "gridmgmt_zh_CN.qm"


@pytest.mark.parametrize("tag", ["en_US", "en", "de", "fr_FR", ""])
def test_every_other_locale_reads_the_english_source(locale, folder, tag):
    locale(tag)
    assert i18n.language() == "en"
    assert i18n.translation_file(i18n.locale_tag()) is None


def test_a_translation_of_the_full_tag_is_preferred(locale, folder):
    (folder / "gridmgmt_zh_TW.qm").write_bytes(b"")
    locale("zh_TW")
    assert i18n.translation_file(i18n.locale_tag()).name == "gridmgmt_zh_TW.qm"


def test_the_language_that_qgis_was_started_in_comes_before_the_settings(locale, folder, monkeypatch):
    locale("en_US")
    monkeypatch.setattr(QgsApplication, "translation", lambda _self: "zh-Hans")
    assert i18n.language() == "zh"
    assert i18n.translation_file(i18n.locale_tag()) == folder / "gridmgmt_zh_CN.qm"


def test_the_system_decides_where_qgis_was_told_nothing(locale, folder):
    locale(None, system="zh_CN")
    assert (i18n.locale_tag(), i18n.language()) == ("zh_CN", "zh")


def test_a_locale_that_was_ticked_but_never_chosen_does_no_harm(locale):
    settings = QgsSettings()
    locale(None)
    settings.setValue("locale/overrideFlag", True)
    settings.remove("locale/userLocale")
    assert i18n.locale_tag() == "en_US"


def test_qt_reads_every_text_of_the_file_that_we_compile(locale, folder):
    locale("zh_CN")
    translation = i18n.Translation()
    translation.install()
    shown = {text: i18n.tr(text) for text in translations.read_catalogue()}
    translation.remove()
    assert shown == translations.read_catalogue()


def test_the_translator_is_in_use_between_install_and_remove(locale, folder):
    locale("zh_CN")
    translation = i18n.Translation()
    translation.install()
    translation.install()
    assert i18n.tr("Grid Management") == "网格管理"
    translation.remove()
    assert i18n.tr("Grid Management") == "Grid Management"
    translation.remove()


def test_texts_of_other_programs_are_left_alone(locale, folder):
    locale("zh_CN")
    translation = i18n.Translation()
    translation.install()
    assert QCoreApplication.translate("elsewhere", "Grid Management") == "Grid Management"
    translation.remove()


def test_a_program_without_an_application_goes_by_the_settings(locale, monkeypatch):
    locale("zh_CN")
    monkeypatch.setattr(QgsApplication, "instance", lambda: None)
    assert i18n.language() == "zh"
