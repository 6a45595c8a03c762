"""GeoJSON: its encodings, what it says about its reference system, and that nothing is fetched for it."""

from __future__ import annotations

import http.server
import json
import threading

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.coordinates import to_frame
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.exchange.geojson_crs import find_crs, without_crs
from gridmgmt_plugin.exchange.placeholders import is_word_for_nothing
from gridmgmt_plugin.exchange.points import points_from_source
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from tests.tries import tries

ESRI = """{"geometryType":"esriGeometryPoint","spatialReference":{"wkid":4548},
"fields":[{"name":"a","type":"esriFieldTypeString"}],
"features":[{"attributes":{"a":"街"},"geometry":{"x":1,"y":2}}]}"""
NAMED = '"crs":{"type":"name","properties":{"name":"%s"}},'
LINK = '"crs": { "type": "%s", "properties": { "href": "%s", "url": "%s", "type": "proj4" } },'


def _text(crs="", x=116.4, y=39.9, name="东华门街道", after=""):
    feature = {"type": "Feature", "properties": {"名称": name}, "geometry": {"type": "Point", "coordinates": [x, y]}}
    return f'{{"type":"FeatureCollection",{crs}"features":[{json.dumps(feature, ensure_ascii=False)}]{after}}}'


def _write(tmp_path, text, encoding="utf-8", name="点 位.geojson"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def _codes(source):
    return [note.code for note in source.notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("suffix", [".geojson", ".json"])
def test_every_encoding_reads_the_same_under_the_files_own_name(tmp_path, encoding, suffix):
    path = _write(tmp_path, _text(), encoding, f"点 位{suffix}")
    source = read_source(path)
    assert source.rows.records() == [{"名称": "东华门街道"}]
    assert source.name == "点 位"
    assert not source.notes
    assert [info.name for info in list_layers(path)] == ["点 位"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]


def test_a_named_encoding_is_used_and_a_wrong_one_refused(tmp_path):
    path = _write(tmp_path, _text(), "gbk")
    assert read_source(path, encoding="GBK").rows["名称"][0] == "东华门街道"
    with pytest.raises(InputError) as refused:
        read_source(path, encoding="UTF-8")
    assert refused.value.code == "encoding_mismatch"


def test_one_broken_byte_is_told_not_fatal(tmp_path):
    raw = _text(name="某街道" * 2000).encode().replace("某街道".encode(), b"\xff", 1)
    path = tmp_path / "x.geojson"
    path.write_bytes(raw)
    source = read_source(path)
    assert _codes(source) == ["bytes_unreadable"]
    assert source.rows["名称"][0].startswith("\ufffd")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "WGS 84"),
        ("urn:ogc:def:crs:EPSG::4490", "China Geodetic"),
        ("EPSG:4548", "CGCS2000 / 3-degree"),
        ("urn:ogc:def:crs:EPSG::4527", "zone 39"),
    ],
)
@pytest.mark.parametrize("at_end", [False, True])
def test_a_crs_member_is_followed_wherever_it_stands(tmp_path, name, shown, at_end):
    member = NAMED % name
    text = _text(after="," + member.rstrip(",")) if at_end else _text(member)
    source = read_source(_write(tmp_path, text))
    assert shown in source.crs_wkt
    assert not source.notes


def test_a_crs_that_nobody_knows_is_told_and_never_taken_for_wgs84(tmp_path):
    source = read_source(_write(tmp_path, _text(NAMED % "北京2000", 503_000, 306_000)))
    assert source.crs_wkt is None
    assert _codes(source) == ["crs_name_unknown", "crs_missing"]
    assert "北京2000" in source.notes[0].text("zh")
    local = Frame.local("北京2000")
    assert points_from_source(source, None, None, "crs", local, (0, 0, 1e6, 1e6)).ok.all()


def test_a_crs_of_null_says_nothing(tmp_path):
    source = read_source(_write(tmp_path, _text('"crs":null,')))
    assert source.crs_wkt is None
    assert _codes(source) == ["crs_missing"]


def test_metres_without_a_crs_member_are_not_called_degrees(tmp_path):
    source = read_source(_write(tmp_path, _text(x=448_688.9, y=4_418_598.0)))
    assert source.crs_wkt is None
    assert _codes(source) == ["crs_missing"]
    frame = Frame.of_epsg(4548)
    x, _ = to_frame(*shapely.get_coordinates(source.rows.geometry).T, "crs", source.crs_wkt, frame)
    assert x.tolist() == [448_688.9]


@pytest.fixture
def server():
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args):
            """Say nothing."""

    running = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/crs", asked
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize("kind", ["link", "url", "name"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_an_address_in_a_file_is_never_called(tmp_path, server, kind, encoding):
    address, asked = server
    crs = NAMED % address if kind == "name" else LINK % (kind, address, address)
    path = _write(tmp_path, _text(crs), encoding)
    source = read_source(path)
    list_layers(path)
    assert asked == []
    assert source.crs_wkt is None
    assert _codes(source) == ["crs_name_unknown", "crs_missing"]


@pytest.mark.parametrize("suffix", [".gml", ".kml", ".shp", ".json"])
def test_a_description_of_other_sources_is_not_followed(tmp_path, suffix):
    secret = _write(tmp_path, "a,b\n1,2\n", name="other.csv")
    path = _write(
        tmp_path,
        f'<OGRVRTDataSource><OGRVRTLayer name="other"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        name=f"x{suffix}",
    )
    with pytest.raises(InputError) as refused:
        read_source(path)
    assert refused.value.code in ("file_broken", "shapefile_part_missing")


@pytest.mark.parametrize(
    ("text", "name", "remote"),
    [
        ("{}", None, False),
        ('{"crs": null}', "", False),
        ('{"crs":{"type":"name","properties":{"name":"EPSG:4490"}}}', "EPSG:4490", False),
        ('{"crs":{"properties":{"name":"北京2000"},"type":"name"}}', "北京2000", False),
        ('{ "crs" : {"type":"LINK","properties":{"href":"http://a/b"}} }', "http://a/b", True),
        ('{"features":[{"properties":{"crs":"EPSG:1"}}]}', None, False),
    ],
)
def test_the_crs_member_is_read_as_written(text, name, remote):
    found = find_crs(text)
    assert (found.name, found.remote) == (name, remote)
    if remote:
        assert find_crs(without_crs(text)).name == ""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"type":"Point","coordinates":[1,2]}', 1),
        ('{"type":"Feature","properties":{"a":1},"geometry":null}', 1),
        ('{"type":"FeatureCollection","features":[]}', 0),
        ('{"type":"Feature","properties":{"a":1},"geometry":null}\n' * 3, 3),
        (ESRI, 1),
    ],
)
def test_the_forms_that_programs_write_are_read(tmp_path, text, rows):
    assert len(read_source(_write(tmp_path, text))) == rows


@pytest.mark.parametrize(
    "text", ["{}", "[1,2]", '{"a":1}', "[]", '{"type":"Topology"}', '{"type":"FeatureCollection"']
)
def test_json_that_is_no_layer_is_refused(tmp_path, text):
    with pytest.raises(InputError) as refused:
        read_source(_write(tmp_path, text))
    assert refused.value.code == "file_broken"
    assert "点 位.geojson" in refused.value.text("zh")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() and not is_word_for_nothing(text)
)


@given(st.lists(st.tuples(TEXTS, st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=8))
@tries(40)
def test_texts_and_coordinates_come_back_as_written(tmp_path, rows):
    features = [
        {"type": "Feature", "properties": {"t": text}, "geometry": {"type": "Point", "coordinates": [x, y]}}
        for text, x, y in rows
    ]
    path = _write(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    source = read_source(path)
    assert source.rows["t"].tolist() == [text for text, _, _ in rows]
    assert np.array_equal(shapely.get_coordinates(source.rows.geometry), [(x, y) for _, x, y in rows])
