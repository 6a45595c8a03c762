"""Words agree with the number that they stand beside."""

from __future__ import annotations

import pytest

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.plurals import counted

EDITS = "{count} unsaved {count:edit|edits}"


@pytest.mark.parametrize(("count", "said"), [(0, "0 unsaved edits"), (1, "1 unsaved edit"), (2, "2 unsaved edits")])
def test_one_has_the_form_for_one_and_all_else_the_other(count, said):
    assert counted(EDITS, count=count) == said


def test_a_number_that_is_written_out_already_is_understood():
    assert counted(EDITS, count="1") == "1 unsaved edit"
    assert counted(EDITS, count="1,001") == "1,001 unsaved edits"


def test_verbs_follow_and_several_numbers_do_not_meddle_with_each_other():
    text = "{a} {a:row is|rows are} new, {b} {b:was|were} updated"
    assert counted(text, a=1, b=2) == "1 row is new, 2 were updated"
    assert counted(text, a=2, b=1) == "2 rows are new, 1 was updated"


def test_other_formats_work_as_ever():
    assert counted("{area:,.1f} m²", area=1234.5) == "1,234.5 m²"


def test_a_missing_value_is_a_mistake_that_is_seen():
    with pytest.raises(KeyError):
        counted(EDITS, rows=1)


def test_messages_speak_so_in_english_and_have_one_form_in_chinese():
    assert Message("save_exemptions_void", {"count": 1}).text("en").startswith("1 exemption ended")
    assert Message("save_exemptions_void", {"count": 2}).text("en").startswith("2 exemptions ended")
    assert "1" in Message("save_exemptions_void", {"count": 1}).text("zh")
