"""Staffing board and grid schemes in a real window, by mouse, in both languages."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.desktop.conftest import SCREENSHOTS

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module", params=["zh-Hans", pytest.param("en_US", marks=pytest.mark.proof)])
def seen(request, desktop, tmp_path_factory):
    folder, name = tmp_path_factory.mktemp("papers"), request.param[:2]
    notes = desktop("staff.py", request.param, name=name, folder=str(folder))
    return {**notes, "locale": request.param, "papers_in": folder}


def test_the_board_lists_posts_persons_and_hours_of_the_sample(seen):
    posts, persons, hours = seen["lists"]
    assert posts >= persons > 0
    assert hours == seen["all_week"] == 0, "nobody in this sample has hours: all are on duty round the clock"
    assert 0 < seen["of_one_office"] < posts
    wanted = "岗位" if seen["locale"].startswith("zh") else "Posts"
    assert seen["titles"][0].startswith(wanted)


def test_a_person_gets_a_post_and_one_click_takes_it_back(seen):
    assert seen["assigned"]
    assert seen["taken_back"]


def test_an_alternative_is_made_and_deleted_by_typing_its_title(seen):
    assert any("方案二" in title or "Plan two" in title for title in seen["schemes"])
    assert seen["deleted"]
    assert seen["layers"]


def test_officers_of_three_communities_are_listed_and_a_lane_is_inspected_by_mouse(seen):
    assert seen["officers"] == 82, "everybody who can be an officer, with what each carries"
    assert seen["inspected"] == "× 2"


def test_signs_are_made_and_their_pages_are_pictures_of_the_manual(seen):
    assert "1" in seen["papers"]
    small, large = sorted(seen["papers_in"].glob("*.pdf"), key=lambda path: "A4" not in path.name)
    for name, sign in (("sign", large), ("sign-a4", small)):
        (page,) = pypdfium2.PdfDocument(sign)
        assert "9901010010005" in page.get_textpage().get_text_range()
        page.render(scale=0.9).to_pil().save(SCREENSHOTS / f"paper-{name}-{seen['locale'][:2]}.png")


def test_a_template_is_restyled_in_the_layout_designer_and_kept(seen):
    assert seen["designer_shows"] > 0
    assert ("本库" if seen["locale"].startswith("zh") else "own") in seen["kept"]
    assert seen["layouts_left"] == 0
