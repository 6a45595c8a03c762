"""The manual's pictures: each is one that the tests in a real window take, none is missing, none is left over."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from tests.architecture.imports import nodes_of

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
GUI = ROOT / "gridmgmt_plugin" / "gui"
MANUAL = [tuple(f"docs/manual/{page}{tongue}.md" for tongue in ("en", "zh")) for page in ("", "pictures.")]
_NAMES = re.compile(r"images/([\w-]+)\.png")
_FRAMES = ("QDialog", "QWizard", "GridDock")
#: Dialog or dock → what shows it.
PICTURES = {
    "AssignDialog": "window-assign",
    "CaseDialog": "window-case",
    "ChangeDialog": "window-component-change",
    "ChangeLedgerDialog": "window-ledger-change",
    "DatabaseDialog": "postgis",
    "DeleteQuestion": "window-scheme-delete",
    "EndDialog": "window-end",
    "ExemptDialog": "window-exempt",
    "FixDialog": "window-fix",
    "HandoverGuide": "handover-guide",
    "JobDialog": "window-job-file",
    "OvertakenWindow": "window-overtaken",
    "PickDialog": "window-pick",
    "ProfilesWindow": "window-receivers",
    "RehomingDialog": "window-rehoming",
    "ReleaseActDialog": "window-release-reject",
    "RepairDialog": "guard-repair",
    "RulingDialog": "window-ruling",
    "SampleDialog": "window-sample",
    "SchemeQuestion": "window-scheme-new",
    "SchemesWindow": "schemes",
    "SurveyDialog": "window-component-survey",
    "TemplatesWindow": "paper-templates",
    "WalkDialog": "window-walk",
    "_WaitDialog": "window-server-wait",
    "AnswersDock": "ask-here",
    "BoardDock": "staff",
    "CaseFiguresDock": "case-figures",
    "DutyDock": "duty",
    "InspectionDock": "inspection",
    "InventoryDock": "inventory",
    "IssueDock": "issues",
    "LedgersDock": "ledgers",
    "OfficersDock": "officers",
    "OwnershipDock": "ownership",
    "PaintDock": "paint",
    "ReleasesDock": "releases",
    "TreeDock": "tree",
    "WaitingDock": "waiting-cases",
}


def _shown():
    pages = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
    return {name for page in pages for name in _NAMES.findall(page.read_text(encoding="utf-8"))}


def _listed():
    return set(json.loads((IMAGES / "pictures.json").read_text(encoding="utf-8")))


def test_every_picture_that_a_page_shows_is_there_and_can_be_taken_again():
    assert _shown() == _listed()
    assert {path.stem for path in IMAGES.glob("*.png")} == _listed()


def test_every_dialog_and_dock_has_its_picture_in_both_languages():
    classes = (node for path in GUI.rglob("*.py") for node in nodes_of(path) if isinstance(node, ast.ClassDef))
    kinds = {each.name for each in classes for base in each.bases if ast.unparse(base) in _FRAMES}
    assert kinds == set(PICTURES)
    listed = _listed()
    assert not [name for name in PICTURES.values() if f"{name}-en" not in listed]
    assert not [name for name in PICTURES.values() if not {name, f"{name}-zh"} & listed]


@pytest.mark.parametrize("pages", [("README.md", "README.zh-CN.md"), *MANUAL], ids=lambda pages: pages[0])
def test_a_page_shows_the_same_pictures_in_both_languages(pages):
    texts = ((ROOT / page).read_text(encoding="utf-8") for page in pages)
    shown = [sorted(re.sub("-(en|zh)$", "", name) for name in _NAMES.findall(text)) for text in texts]
    assert shown[0] == shown[1]
