"""The menu by keyboard: submenus by subject, in each of which every entry has a letter of its own."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QMenu

from gridmgmt_plugin.gui.frame.actions import ACTIONS, SUBMENUS
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.processing import provider
from gridmgmt_plugin.project.i18n import Translation
from tests.qgis.workspace_window import MapIface

#: More entries than these are searched through, not seen at a glance.
GRASPED = 18


def _letters(menu):
    """Return the underlined letters of a menu and of those below it, by their titles."""
    found = {menu.title(): []}
    for action in menu.actions():
        if not action.isSeparator():
            letter = re.search(r"&(.)", action.text())
            found[menu.title()].append(letter.group(1).upper() if letter else action.text())
            if action.menu() is not None and action.menu().objectName() != "gridmgmt_recent_menu":
                found |= _letters(action.menu())
    return found


@pytest.mark.daily(1)
@pytest.mark.parametrize("locale", ["zh_CN", "en_US"])
def test_every_entry_of_every_menu_has_a_letter_of_its_own(qgis_app, locale):
    QgsSettings().setValue("locale/overrideFlag", True)
    QgsSettings().setValue("locale/userLocale", locale)
    translation = Translation()
    translation.install()
    made = Shell(MapIface(), [algorithm.KEY for algorithm in provider.ALGORITHMS])
    made.build()
    try:
        menus = _letters(made.iface.mainWindow().findChild(QMenu, "gridmgmt_menu"))
        assert len(menus) == 1 + len(SUBMENUS)
        for title, letters in menus.items():
            assert all(len(letter) == 1 for letter in letters), (title, letters)
            assert len(set(letters)) == len(letters), (title, sorted(letters))
            assert len(letters) <= GRASPED, title
    finally:
        made.take_down()
        translation.remove()
        QgsSettings().remove("locale")


def test_in_english_the_letter_is_one_of_the_words():
    for spec in ACTIONS:
        title = spec.title if spec.algorithm is None else spec.algorithm.TITLE
        assert spec.mnemonic.lower() in title.lower(), spec.key
    assert all(letter.lower() in title.lower() for title, letter in SUBMENUS.values())
