"""The answer of a receiver: refused rows on the map and in the list, accepted ones stay, nothing is half-done."""

from __future__ import annotations

import json

import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release
from gridmgmt_plugin.workspace.changes.take_back import take_back_last
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import COMMUNITIES, dump

PROFILE = {"receiver": "示例平台"}
UNIT = f"{COMMUNITIES[0]}003"
WIDE = UNIT.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
HEAD = "图层,编码,结果,原因\n"


@pytest.fixture
def workspace(workspace_in_both, folder):
    """Return a workspace, in a file and in a database, with a release that waits for its answer."""
    export(workspace_in_both, folder, profile=PROFILE)
    return workspace_in_both


@pytest.fixture
def receipt(tmp_path):
    """Return a function that writes a receipt and reads it."""

    def write(text, name="回执.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return read_receipt(str(tmp_path / name))

    return write


def _state(workspace):
    return workspace.read("release", geometry=False)["state"].tolist()


def _refused(workspace):
    return validate_workspace(workspace).result.of("receipt_refused")


@pytest.mark.daily(1)
def test_a_refused_row_is_in_the_list_and_on_the_map_until_a_corrected_release_is_out(workspace, folder, receipt):
    source = receipt(
        f"{HEAD}单元网格,{WIDE},失败,面积与图形不符\n单元网格,{COMMUNITIES[0]}001,成功,\n", encoding="gbk"
    )
    report = import_receipt(workspace, source, "r0001", author="王")
    assert (report.figures["accepted"], report.figures["rejected"], report.rejected) == (1, 1, 0)
    assert _state(workspace) == ["rejected"]
    assert "receipt_rows_open" not in [note.code for note in report.notes], "nobody accepts what was refused"
    assert "重新导出" in report.notes[1].text("zh")
    for _ in range(2):  # it survives a new check
        (issue,) = _refused(workspace)
        assert (issue.table, issue.object_keys, issue.severity) == ("unit_grid", (UNIT,), "warning")
        assert issue.geometry is not None
        assert "面积与图形不符" in issue.message.text("zh")
        assert "示例平台" in issue.message.text("zh")
    second = export(workspace, folder, profile=PROFILE)
    assert _refused(workspace) == ()
    assert json.loads(second.manifest.read_text(encoding="utf-8"))["replaces"] == "r0001"
    assert workspace.read("release", where={"number": "r0002"})["replaces"].tolist() == ["r0001"]
    kept = workspace.read("release_item", ["result"], {"release_number": "r0001", "result": "accepted"})
    assert len(kept) == 1, "accepted rows stay"


def test_a_refused_row_that_is_gone_since_is_where_it_was_handed_over(workspace, receipt):
    units = workspace.read("unit_grid")
    (at,) = [number for number, code in enumerate(units["code"]) if code == UNIT]
    with workspace.transaction("王", "test") as transaction:
        transaction.delete("unit_grid", units.fids[[at]])
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},失败,太小\n"), "r0001", author="王")
    (issue,) = _refused(workspace)
    assert shapely.equals(issue.geometry, units.shapes[at])


def test_a_receipt_of_all_rows_accepts_the_release_and_one_of_half_of_them_waits(workspace, receipt):
    half = import_receipt(workspace, receipt(f"{HEAD}unit_grid,*,accepted,\n"), "r0001")
    assert _state(workspace) == ["handed_over"]
    assert half.figures["open"] > 0
    assert "receipt_rows_open" in [note.code for note in half.notes]
    told = " ".join(note.text("zh") for note in half.notes)
    assert "街巷" in told
    assert "lane" not in told, "layers bear their titles"
    rest = import_receipt(workspace, receipt(f"{HEAD}*,*,ok,\n"), "r0001", author="王")
    assert (_state(workspace), rest.figures["open"]) == (["accepted"], 0)
    assert workspace.read("handover_log")["act"].tolist() == ["hand_over", "receipt", "accept"]


def test_an_answer_that_is_withdrawn_goes_out_of_the_rows_and_comes_back_when_that_is_taken_back(workspace, receipt):
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,太小\nlane,*,ok,\n"), "r0001")
    answers = workspace.read("release_item", ["result", "reason"], geometry=False).records()
    act_on_release(workspace, "r0001", "reopen")
    cleared = workspace.read("release_item", ["result", "reason"], geometry=False).records()
    assert {(row["result"], row["reason"]) for row in cleared} == {(None, None)}
    take_back_last(workspace, "王")
    assert workspace.read("release_item", ["result", "reason"], geometry=False).records() == answers


@pytest.mark.proof
def test_a_receipt_cannot_accept_a_release_that_a_later_one_replaces(workspace, folder, receipt):
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,太小\n"), "r0001")
    export(workspace, folder, profile=PROFILE)
    before = dump(workspace)
    with pytest.raises(InputError) as caught:
        import_receipt(workspace, receipt(f"{HEAD}*,*,accepted,\n"), "r0001")
    assert caught.value.code == "release_replaced"
    assert dump(workspace) == before


@pytest.mark.proof
def test_a_refused_row_that_goes_out_again_as_it_was_is_told_and_a_corrected_one_is_not(workspace, folder, receipt):
    lane = workspace.read("lane", ["code", "name", "row_version"], geometry=False).take([0])
    refused = f"{HEAD}unit_grid,{UNIT},rejected,太小\nlane,{lane['code'][0]},rejected,名称有误\n"
    import_receipt(workspace, receipt(refused), "r0001")
    with workspace.transaction("王", "rename") as transaction:
        transaction.update("lane", lane.with_columns(name=["柳荫大街"]))
    second = export(workspace, folder, profile=PROFILE)
    (told,) = [note for note in second.notes if note.code == "package_refused_unchanged"]
    assert (told.details["count"], told.details["release"], str(told.details["codes"])) == (1, "r0001", UNIT)


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    "line",
    [
        "unit_grid,9.90101E+14,失败,太小",
        f"unit_grid,{UNIT},待定,太小",
        f"unit_grid,{UNIT},通过,\nunit_grid,{UNIT},失败,x",
    ],
)
def test_no_release_is_accepted_by_all_other_rows_beside_one_that_may_be_refused(workspace, receipt, line):
    report = import_receipt(workspace, receipt(f"{HEAD}{line}\n*,*,通过,\n"), "r0001", author="王")
    assert _state(workspace) == ["handed_over"]
    assert report.rejected == 1
    assert report.figures["open"] > 0
    text = "\n".join(note.text("zh") for note in report.notes)
    assert ("其余全部接收" in text) == ("E+14" in line)
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},失败,太小\n*,*,通过,\n"), "r0001", author="王")
    assert _state(workspace) == ["rejected"]


def test_the_same_receipt_twice_is_told_and_changes_nothing(workspace, receipt):
    source = receipt(f"{HEAD}lane,*,accepted,\n")
    import_receipt(workspace, source, "r0001")
    before = dump(workspace)
    report = import_receipt(workspace, source, "r0001")
    assert report.notes[0].code == "receipt_known_already"
    assert dump(workspace) == before


def test_another_answer_for_a_row_replaces_the_first_and_all_of_it_can_be_taken_back(workspace, receipt):
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,太小\n"), "r0001")
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},accepted,\n"), "r0001")
    assert _state(workspace) == ["handed_over"]
    take_back_last(workspace, "王")
    assert _state(workspace) == ["rejected"]
    assert len(_refused(workspace)) == 1
    take_back_last(workspace, "王")
    assert _state(workspace) == ["handed_over"]
    assert not workspace.count("release_item", {"result": "rejected"})


def test_json_is_read_as_programs_write_it(workspace, receipt):
    rows = [
        {"layer": "posts", "code": "P001", "result": "failed", "reason": {"code": 7}},
        {"layer": "x", "code": "1"},
    ]
    source = receipt(json.dumps({"release": "r0001", "rows": rows}), "回执.json")
    report = import_receipt(workspace, source, "r0001")
    assert (report.figures["rejected"], report.reasons) == (1, {"receipt_result_unclear": 1})
    (issue,) = _refused(workspace)
    assert (issue.table, issue.object_keys) == ("post", ("P001",))
    assert issue.geometry is not None, "a post is where its grid is"


@pytest.mark.proof
def test_layers_are_found_by_the_names_under_which_the_receiver_got_them(workspace_in_both, folder, receipt):
    profile = {**PROFILE, "files": {"unit_grid": "WGZ", "lane": "responsibility_grid", "responsibility_grid": "lane"}}
    export(workspace_in_both, folder, profile=profile)
    source = receipt(f"{HEAD}wgz,{UNIT},失败,太小\nlane,*,成功,\n单元网格,*,成功,\n")
    report = import_receipt(workspace_in_both, source, "r0001")
    assert (report.figures["accepted"], report.figures["rejected"], report.rejected) == (15 + 4, 1, 0)
    (issue,) = _refused(workspace_in_both)
    assert (issue.table, issue.object_keys) == ("unit_grid", (UNIT,))


def test_a_refused_row_of_a_table_that_only_packages_have_is_told_by_its_title(workspace, receipt):
    source = receipt(f"{HEAD}responsibility,*,失败,无此人\n")
    import_receipt(workspace, source, "r0001")
    issue, *_ = _refused(workspace)
    assert "中的责任关系 " in issue.message.text("zh")
    assert "responsibility " not in issue.message.text("zh")


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("heading", "said", "figures"), [("result", True, (1, 0)), ("success", False, (0, 1)), ("是否接收", "否", (0, 1))]
)
@pytest.mark.proof
def test_json_that_answers_with_true_or_false_is_an_answer(workspace, receipt, heading, said, figures):
    source = receipt(json.dumps([{"layer": "posts", "code": "P001", heading: said}]), "回执.json")
    report = import_receipt(workspace, source, "r0001")
    assert (report.figures["accepted"], report.figures["rejected"]) == figures


def _note(workspace):
    return workspace.read("release", geometry=False)["receipt_note"].tolist()


def test_a_refusal_that_no_row_has_any_more_is_not_noted_with_the_release(workspace, receipt):
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,坐标系不符\nlane,*,rejected,\n"), "r0001")
    assert _note(workspace) == ["坐标系不符"]
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},accepted,\n"), "r0001")
    assert (_state(workspace), _note(workspace)) == (["rejected"], [None])
    import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,太小\nlane,*,ok,\n"), "r0001")
    import_receipt(workspace, receipt(f"{HEAD}*,*,accepted,\n"), "r0001")
    assert (_state(workspace), _note(workspace)) == (["accepted"], [None])


def test_what_people_noted_with_their_act_stays_when_the_rows_say_the_same(workspace, receipt):
    act_on_release(workspace, "r0001", "accept", Particulars(note="电话告知"))
    import_receipt(workspace, receipt(f"{HEAD}*,*,accepted,\n"), "r0001")
    assert (_state(workspace), _note(workspace)) == (["accepted"], ["电话告知"])


@pytest.mark.daily(1)
@pytest.mark.parametrize(
    ("text", "release", "code"),
    [
        (f"{HEAD}unit_grid,990101009001001,成功,\n", "r0001", "receipt_of_nothing"),
        (f"版本,编码,结果\nr0002,{UNIT},成功\n", "r0001", "receipt_of_another_release"),
        (f"图层,编码\nunit_grid,{UNIT}\n", "r0001", "receipt_column_missing"),
        (HEAD, "r0001", "receipt_empty"),
        (f"{HEAD}unit_grid,{UNIT},成功,\n", "r0009", "release_unknown"),
    ],
)
def test_what_is_no_receipt_of_this_release_is_refused_and_nothing_is_written(
    workspace, receipt, text, release, code
):
    before = dump(workspace)
    with pytest.raises(InputError) as caught:
        import_receipt(workspace, receipt(text), release)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
    assert dump(workspace) == before


@pytest.mark.daily(1)
def test_a_release_in_force_has_no_receipt_any_more(workspace, receipt):
    act_on_release(workspace, "r0001", "accept")
    act_on_release(workspace, "r0001", "put_in_force")
    with pytest.raises(InputError) as caught:
        import_receipt(workspace, receipt(f"{HEAD}unit_grid,{UNIT},rejected,太小\n"), "r0001")
    assert caught.value.code == "receipt_not_now"


@pytest.mark.parametrize("text", ["{", "[1, 2]", '{"a": 1}', "7"])
def test_json_that_is_no_list_of_rows_is_told(receipt, text):
    with pytest.raises(InputError) as caught:
        receipt(text, "坏.json")
    assert caught.value.code == "receipt_json_unreadable"
