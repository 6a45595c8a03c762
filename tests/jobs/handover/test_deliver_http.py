"""A package over HTTP: all of it arrives once, whatever the other side does, and a break goes on where it was."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from gridmgmt_plugin.core.errors import Cancelled, GridError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.http_answer import Answer
from gridmgmt_plugin.exchange.http import journal
from gridmgmt_plugin.exchange.http.sending import KEY_HEADER, Patience, joined, label
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.handover.deliver_http import deliver_http
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.handover.release_acts import Particulars, act_on_release
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.handover.exports import LAYERS, export
from tests.jobs.package_workspace import make_workspace
from tests.tries import tries

HOST = "https://dispatch.example/grids"
AT_ONCE = Patience(tries=4, first_s=0.0, longest_s=0.0, longest_asked_s=0.0)
PHONE = "13912345678"


@dataclass
class Receiver:
    """The other side: does what is listed, one word per request, and takes every request after that.

    ``taken``: bodies by key: a key that comes again changes nothing, as it should be there.
    """

    does: list = field(default_factory=list)
    says: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def __call__(self, url, headers, body, look):
        look()
        word = self.does.pop(0) if self.does else "takes"
        self.asked.append((url, headers[KEY_HEADER]))
        if word == "is gone":
            return Answer(None, problem="connection refused")
        if word in ("takes", "takes and is gone"):
            self.taken.setdefault(headers[KEY_HEADER], json.loads(body))
        if word == "takes and is gone":
            return Answer(200, '{"ro', problem="the remote host closed the connection")
        if word == "takes":
            return Answer(200, json.dumps(self.says))
        return Answer(word, f"no, and the caller was {PHONE}", 0.0)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a workspace whose first release was handed over, and its zip; both only copied."""
    folder = tmp_path_factory.mktemp("网格 release")
    workspace = make_workspace(folder / "库.gpkg")
    report = export(workspace, folder, formats=["geojson", "shp"], with_contacts=True)
    return workspace, report.manifest.parent.with_suffix(".zip")


@pytest.fixture
def case(released, tmp_path):
    """Return a workspace and a package of a test's own."""
    return copied(released, tmp_path)


def copied(released, folder):
    workspace, package = released
    own = [folder / "库.gpkg", folder / package.name]
    for source, target in zip((workspace.location.path, package), own):
        target.write_bytes(source.read_bytes())
    return Workspace.open(own[0]), own[1]


def deliver(case, receiver, **options):
    workspace, package = case
    given = {"package": str(package), "target": HOST, "transport": receiver, "patience": AT_ONCE, **options}
    return deliver_http(workspace, **given)


def rows_of(receiver, layer):
    parts = [body for body in receiver.taken.values() if body["layer"] == layer]
    return [row for part in sorted(parts, key=lambda part: part["part"]) for row in part["rows"]]


def deliveries(workspace):
    log = workspace.read("handover_log", geometry=False).records()
    return [(row["release_number"], row["means"], row["note"]) for row in log if row["act"] == "send"]


def test_every_layer_and_table_arrives_whole_in_its_parts_and_the_last_word_counts_them(case):
    receiver = Receiver()
    report = deliver(case, receiver, rows_each=5)
    with zipfile.ZipFile(case[1]) as archive:
        root = archive.namelist()[0].split("/")[0]
        units = json.loads(archive.read(f"{root}/unit_grid.geojson"))["features"]
    assert rows_of(receiver, "unit_grid") == units
    assert {layer: len(rows_of(receiver, layer)) for layer in LAYERS} == LAYERS
    last = list(receiver.taken.values())[-1]
    assert last["complete"] is True
    assert last["counts"] == {layer: len(rows_of(receiver, layer)) for layer in last["counts"]}
    assert report.accepted == sum(last["counts"].values())
    assert deliveries(case[0]) == [("r0001", "http", HOST)]


def test_numbers_of_persons_are_not_sent_and_that_is_said(case):
    receiver = Receiver()
    report = deliver(case, receiver)
    assert "contacts" not in {body["layer"] for body in receiver.taken.values()}
    assert [note.code for note in report.notes] == ["http_contacts_withheld"]


@tries(40)
@given(st.lists(st.sampled_from(["takes", "takes and is gone", "is gone", 500, 503, 429, 408, 409]), max_size=60))
@pytest.mark.proof
def test_whatever_the_other_side_does_everything_arrives_once_after_some_calls(released, tmp_path_factory, does):
    own = copied(released, tmp_path_factory.mktemp("try"))
    receiver, plain = Receiver(list(does)), Receiver()
    refusals = set()
    for _ in range(len(does) + 1):
        try:
            deliver(own, receiver, rows_each=7)
        except GridError as error:
            refusals.add(error.code)
        else:
            break
    assert refusals <= {"http_given_up"}
    deliver(own, plain, rows_each=7, target="https://other.example")
    assert receiver.taken == plain.taken
    assert list(receiver.taken) == list(plain.taken)


def test_after_a_break_only_what_is_missing_is_sent_with_the_same_keys(case):
    receiver = Receiver(["takes", "takes", 400])
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert caught.value.code == "http_refused"
    assert deliveries(case[0]) == []
    refused = receiver.asked[-1]
    report = deliver(case, receiver)
    assert receiver.asked[3] == refused
    assert report.figures["sent"] == report.figures["requests"] - 2
    assert "http_went_on" in [note.code for note in report.notes]
    again = deliver(case, receiver)
    assert again.figures["sent"] == again.accepted == 0
    assert [note.code for note in again.notes if note.code.startswith(("http_went", "http_all"))] == [
        "http_all_taken"
    ]
    assert len(deliveries(case[0])) == 1


def test_cancelled_between_two_requests_it_goes_on_from_there(case):
    receiver = Receiver()
    cancelling = Progress(is_cancelled=lambda: len(receiver.asked) == 3)
    with pytest.raises(Cancelled):
        deliver(case, receiver, progress=cancelling)
    kept = len(receiver.taken)
    report = deliver(case, receiver)
    assert report.figures["sent"] == report.figures["requests"] - kept


def test_what_the_other_side_says_holds_no_number_of_persons_anywhere(case):
    receiver = Receiver([422])
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert "422" in caught.value.text("zh")
    deliver(
        case, Receiver(says={"message": f"called {PHONE}"}), target=f"https://user:secret@h.example/?token={PHONE}"
    )
    left = [path.read_bytes().decode("utf-8") for path in case[1].parent.glob("*.json")]
    assert len(left) == 2
    for text in (*left, caught.value.text("zh"), str(deliveries(case[0]))):
        assert PHONE not in text
        assert "secret" not in text


def test_what_is_said_of_single_rows_is_a_receipt_to_import(case):
    workspace = case[0]
    code = workspace.read("unit_grid", ["code"], geometry=False)["code"][0]
    rows = [{"layer": "unit_grid", "code": code, "result": "rejected", "reason": f"边界压盖 {PHONE}"}]
    report = deliver(case, Receiver(says={"rows": rows}))
    assert report.notes[-1].code == "http_receipt_there"
    receipt = read_receipt(report.figures["receipt"])
    assert PHONE not in str(receipt.rows.records())
    read = import_receipt(workspace, receipt, "r0001")
    assert read.figures["rejected"] == 1


def test_a_package_that_was_changed_or_is_of_another_workspace_or_state_is_not_sent(case, tmp_path):
    workspace, package = case
    receiver = Receiver()
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    (place,) = folder.iterdir()
    table = place / "persons.csv"
    table.write_bytes(table.read_bytes().replace("示例".encode(), "另外".encode(), 1) + b"\r\n")
    refusals = [({"package": str(place)}, "http_package_changed"), ({"package": str(tmp_path)}, "http_no_package")]
    refusals += [
        ({"package": str(tmp_path / "none.zip")}, "file_missing"),
        ({"target": "ftp://h"}, "http_no_address"),
    ]
    refusals += [({"rows_each": 0}, "http_rows_each"), ({"target": "dispatch.example"}, "http_no_address")]
    for options, code in refusals:
        with pytest.raises(GridError) as caught:
            deliver(case, receiver, **options)
        assert caught.value.code == code
    act_on_release(workspace, "r0001", "reject", Particulars(note="边界不符"))
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert caught.value.code == "http_release_state"
    other = make_workspace(tmp_path / "另一个.gpkg")
    with pytest.raises(GridError) as caught:
        deliver((other, package), receiver)
    assert caught.value.code == "http_package_unknown"
    assert receiver.asked == []


@pytest.mark.daily(1)
@pytest.mark.parametrize("form", ["gpkg", "shp"])
def test_without_geojson_layers_go_out_in_their_own_frame_which_is_told(tmp_path, form):
    """As of a workspace in a local frame, of which nobody may compute longitude and latitude."""
    (tmp_path / form).mkdir()
    workspace = make_workspace(tmp_path / "local.gpkg", Frame(kind="local", epsg=None, label="澄湖"))
    report = export(workspace, tmp_path / form, formats=[form])
    receiver = Receiver()
    deliver((workspace, report.manifest), receiver)
    assert {layer: len(rows_of(receiver, layer)) for layer in LAYERS} == LAYERS
    assert all(body["frame"]["label"] == "澄湖" for body in receiver.taken.values())
    shapes = {row["properties"]["BGID"]: shape(row["geometry"]) for row in rows_of(receiver, "unit_grid")}
    ours = workspace.read("unit_grid")
    assert shapes.keys() == set(ours["code"])
    assert all(shapes[code].equals_exact(own, 1e-6, normalize=True) for code, own in zip(ours["code"], ours.shapes))


def test_a_package_that_lacks_the_file_of_a_layer_is_refused_before_anything_is_sent(case, tmp_path):
    with zipfile.ZipFile(case[1]) as archive:
        archive.extractall(tmp_path / "unpacked")
    (place,) = (tmp_path / "unpacked").iterdir()
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = [entry for entry in manifest["files"] if entry["layer"] != "posts"]
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    receiver = Receiver()
    with pytest.raises(GridError) as caught:
        deliver(case, receiver, package=str(place))
    assert caught.value.code == "http_layer_missing"
    assert receiver.asked == []


def test_where_nothing_can_be_kept_nothing_is_sent(case, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "replace_file", full)
    receiver = Receiver()
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert caught.value.code == "http_journal_not_written"
    assert receiver.asked == []


def test_a_journal_that_cannot_be_read_begins_anew_and_nothing_arrives_twice(case):
    receiver = Receiver()
    report = deliver(case, receiver)
    taken = dict(receiver.taken)
    for content in ("", "[]", '{"package": 1}'):
        Path(report.figures["journal"]).write_text(content, encoding="utf-8")
        assert deliver(case, receiver).figures["sent"] == report.figures["requests"]
    assert receiver.taken == taken


def test_an_address_that_others_can_read_is_told_and_one_on_this_machine_is_not(case):
    for target, told in (("http://10.1.2.3/grids", True), ("http://127.0.0.1:8080", False), (HOST, False)):
        notes = [note.code for note in deliver(case, Receiver(), target=target).notes]
        assert ("http_open_to_readers" in notes) == told


def test_the_answer_of_a_grid_api_decides_not_its_status(case):
    receiver = Receiver(says={"errcode": 40001, "errmsg": "invalid credential"})
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert caught.value.code == "http_refused"
    assert "40001" in caught.value.text("en")
    receiver.says = {"errcode": -1}
    with pytest.raises(GridError) as caught:
        deliver(case, receiver)
    assert caught.value.code == "http_given_up"
    receiver.says = {"errcode": 0}
    assert deliver(case, receiver).accepted > 0


def test_waits_double_and_what_the_other_side_asks_for_is_kept():
    patience = Patience(tries=6, first_s=1.0, longest_s=30.0, longest_asked_s=300.0)
    assert [patience.pause_s(failed, None) for failed in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert patience.pause_s(1, 120) == 120
    assert patience.pause_s(3, 1) == 4
    assert patience.pause_s(1, 9e9) == 300


def test_paths_go_below_the_address_and_what_it_asks_stays_behind():
    assert joined("https://h/a/?access_token=1", "/cgi-bin/add") == "https://h/a/cgi-bin/add?access_token=1"
    assert joined("https://h/a?b=1", "") == "https://h/a?b=1"
    assert label("https://user:pass@h:8443/a?token=1#x") == "https://h:8443/a"


def test_other_parts_than_the_last_time_are_other_requests(case):
    receiver = Receiver(["takes"] * 3 + [400])
    with pytest.raises(GridError):
        deliver(case, receiver, rows_each=3)
    deliver(case, receiver, rows_each=50)
    whole = {body["layer"]: body["rows"] for body in receiver.taken.values() if body.get("parts") == 1}
    assert {layer: len(whole[layer]) for layer in LAYERS} == LAYERS


def test_what_an_address_asks_for_tells_places_apart_and_what_lets_in_does_not(case):
    trial, real = Receiver(), Receiver()
    deliver(case, trial, target=f"{HOST}?env=test&access_token=1")
    deliver(case, trial, target=f"{HOST}?env=test&access_token=2")
    assert len(trial.asked) == len(trial.taken)
    deliver(case, real, target=f"{HOST}?env=real")
    assert real.taken == trial.taken


def test_numbers_of_persons_are_masked_however_deep_an_answer_holds_them(case):
    code = case[0].read("unit_grid", ["code"], geometry=False)["code"][0]
    row = {
        "layer": "unit_grid",
        "code": code,
        "result": "rejected",
        "errors": [{"phone": PHONE}],
        "mobile": int(PHONE),
    }
    report = deliver(case, Receiver(says={"rows": [row]}))
    for name in ("journal", "receipt"):
        text = Path(report.figures[name]).read_text(encoding="utf-8")
        assert PHONE not in text
        assert code in text


@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@tries(40)
@pytest.mark.proof
def test_a_damaged_zip_is_refused_in_a_sentence_or_goes_out_as_it_was(released, tmp_path_factory, at, bit):
    own = copied(released, tmp_path_factory.mktemp("damaged"))
    content = bytearray(own[1].read_bytes())
    content[int(at * len(content))] ^= 1 << bit
    own[1].write_bytes(content)
    receiver, plain = Receiver(), Receiver()
    try:
        deliver(own, receiver)
    except GridError as error:
        assert error.code in ("http_package_changed", "http_no_package", "http_layer_missing")  # noqa: PT017
        assert receiver.asked == []
    else:
        deliver(copied(released, tmp_path_factory.mktemp("sound")), plain)
        assert receiver.taken == plain.taken


@pytest.mark.parametrize("target", ["https://[::1", "//host", "", "https://"])
def test_what_is_no_address_is_told(case, target):
    with pytest.raises(GridError) as caught:
        deliver(case, Receiver(), target=target)
    assert caught.value.code == "http_no_address"
