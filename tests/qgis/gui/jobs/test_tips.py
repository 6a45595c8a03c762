"""What a planner reads who points at a field of a job's dialog: no keys, no addresses, no JSON."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsProcessingParameterEnum, QgsSettings

from gridmgmt_plugin.gui.jobs.tips import window_tip
from gridmgmt_plugin.processing.parameters import keys_of
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from tests.languages import LANGUAGES


@pytest.fixture(params=LANGUAGES)
def tips(request, qgis_app):
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", {"zh": "zh_CN", "en": "en_US"}[request.param])
    translation = Translation()
    translation.install()
    found = {}
    for algorithm in ALGORITHMS:
        instance = algorithm().create()
        titles = {field.name(): field.description() for field in instance.parameterDefinitions()}
        for field in instance.parameterDefinitions():
            keys = keys_of(field) if isinstance(field, QgsProcessingParameterEnum) else ()
            found[algorithm.KEY, field.name()] = (window_tip(field, titles), field.help(), keys, list(titles))
    translation.remove()
    settings.remove("locale")
    return found


def test_every_field_that_is_explained_keeps_an_explanation(tips):
    assert [place for place, (tip, explained, *_) in tips.items() if explained and len(tip) < 4] == []


def test_no_tip_speaks_as_to_a_script(tips):
    marks = re.compile(r"postgresql://|authcfg|\{\"|such as \{|形如")
    assert [place for place, (tip, *_) in tips.items() if marks.search(tip)] == []


def test_no_tip_names_a_parameter(tips):
    wrong = {
        (place, name)
        for place, (tip, _, _, names) in tips.items()
        for name in names
        if len(name) > 4 and re.search(rf"\b{name}\b", tip)
    }
    assert wrong == set()


def test_choices_are_called_as_the_list_calls_them(tips):
    tip, explained, keys, _ = tips["importcases", "MODE"]
    assert all(re.search(rf"\b{key}\b", explained) for key in keys)
    assert not any(re.search(rf"(?<!“)\b{key}\b(?!”)", tip) for key in keys if "_" in key or key == "gcj02")
    assert "“" in tip
