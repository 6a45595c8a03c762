"""The map in a real window: themes, one scheme, search to answer, the state panel, QGIS's locator bar."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.proof
CELL = "990101002005012"


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop):
    return {**desktop("map.py", request.param, name=request.param[:2]), "locale": request.param}


def test_each_theme_is_a_choice_away(seen):
    assert [key for key, _ in seen["themes"]] == [
        "edit",
        "groups",
        "lanes",
        "standing",
        "officers",
        "manage",
        "print",
    ]


def test_no_layer_of_the_sample_asks_for_a_reference_system(seen):
    assert seen["marks"] == 0


def test_the_layer_tree_has_three_groups_and_hides_what_is_internal(seen):
    names = seen["layer_tree"]
    wanted, hidden = (
        (["常用", "台账", "记录"], "撤回记录")
        if seen["locale"].startswith("zh")
        else (["Daily use", "Ledgers", "Records"], "Take-back records")
    )
    assert list(dict.fromkeys(name for name in names if name in wanted)) == wanted
    assert hidden not in names


def test_the_end_of_a_code_leads_to_the_cell_and_to_who_answers(seen):
    assert seen["selected"] == [CELL]
    assert CELL in seen["answers"]
    name = "示例" if seen["locale"].startswith("zh") else "Sample"
    assert name in seen["answers"]  # the invented names of the sample's people


def test_components_houses_and_lanes_are_found(seen):
    component, lane = seen["looked_for"]
    assert any(component in line for line in seen["found:component"])
    assert any(f"{lane} 1" in line for line in seen["found:house"])
    assert len(seen["found:lanes"]) > 1


def test_unsaved_edits_and_the_last_check_are_told(seen):
    assert 'href="edits"' in seen["links_before"]
    assert seen["links_editing"] != seen["links_before"]
    assert len(seen["edits_menu"]) == 2
    assert seen["check_button"]
    assert seen["links_checked"] != seen["links_before"]


def test_a_bar_of_the_case_figures_asks_for_it_alone_and_a_place_is_shown_on_the_map(seen):
    everything, places = seen["figures"]
    count, told = seen["figures_of_a_bar"]
    assert places == 10
    assert f"<b>{count:,}</b>" in told
    assert f"<b>{count:,}</b>" not in everything
    place, selected = seen["figures_place"]
    assert selected == [place]


def test_a_cell_of_the_component_inventory_selects_its_components_on_the_map(seen):
    shown, selected = seen["inventory_cell"]
    assert selected > 0
    assert str(shown).replace(",", "") == str(selected)


def test_a_list_of_the_city_becomes_a_ledger_with_a_layer_of_its_own(seen):
    taken, listed, overlays = seen["ledger"]
    assert taken == listed > 10
    assert len(overlays) == 1


def test_what_was_handed_over_and_what_waits_for_a_place_is_listed(seen):
    assert seen["handed_over_and_waiting"] == {"releases": 2, "waiting_cases": 1}


def test_the_locator_bar_leads_to_the_cell(seen):
    assert any(CELL in line for lines in seen["located"] for line in lines)
    assert seen["located_in_tree"] == CELL
