"""A quotation mark that nobody meant must not swallow rows unseen; texts over several lines stay texts."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import read_source
from tests.tries import tries


def _write(tmp_path, text):
    path = tmp_path / "表.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("pair", [(3, 9), (3, 4), (0, 19), (18, 19)])
@pytest.mark.parametrize("width", [2, 3, 6])
def test_two_stray_marks_far_apart_are_refused_with_the_line_of_the_first(tmp_path, pair, width):
    more = ",x" * (width - 2)
    lines = [f"{i},{chr(34) if i in pair else ''}东门井盖{more}\n" for i in range(20)]
    with pytest.raises(InputError) as refused:
        read_source(_write(tmp_path, "id,名称" + ",c" * (width - 2) + "\n" + "".join(lines)))
    assert refused.value.code == "quote_not_closed"
    assert f"第 {pair[0] + 2} 行" in refused.value.text("zh")


def test_a_stray_mark_that_makes_the_row_ragged_is_refused(tmp_path):
    text = 'id,a,b,c\n1,x,y,z\n2,"x,y,z\n3,x,y,z\n4,x,y",z,w\n5,x,y,z\n'
    with pytest.raises(InputError) as refused:
        read_source(_write(tmp_path, text))
    assert refused.value.code == "quote_not_closed"
    assert refused.value.message.details["line"] == 3


def test_a_mark_in_the_middle_of_a_text_is_a_mark(tmp_path):
    rows = read_source(_write(tmp_path, 'id,name\n1,12" 管\n2,他说"好"\n3,"引""号"\n')).rows
    assert rows["name"].tolist() == ['12" 管', '他说"好"', '引"号']


@pytest.mark.parametrize(
    "text",
    [
        "第一行\n第二行",
        "井盖破损,已报修\n路灯不亮,未报修",
        "1,东门\n2,西门\n3,南门",
        "来电人反映:\n\n夜间施工,扰民,多次投诉\n",
        "a\r\nb",
    ],
)
def test_texts_over_several_lines_are_kept_as_they_are(tmp_path, text):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["工单号", "内容", "上报时间"])
    for i in range(30):
        writer.writerow([f"2025{i:06d}", text if i % 3 == 0 else "路灯不亮", "2025-03-07 08:05"])
    source = read_source(_write(tmp_path, out.getvalue()))
    assert len(source) == 30
    assert source.rows["内容"][0] == text
    assert source.row_numbers[1] == 2 + len(text.splitlines()) + text.endswith("\n")


LINES = st.lists(st.text("井盖路灯东西门,，0123456789 ", max_size=12), min_size=1, max_size=4)


@given(st.lists(LINES, min_size=1, max_size=8))
@tries(60)
def test_no_quoted_text_is_ever_taken_for_rows_when_codes_and_times_stand_beside_it(tmp_path, texts):
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["标识码", "内容", "时间"],
            *([f"A{i:04d}", "\n".join(lines), "2025-03-07"] for i, lines in enumerate(texts)),
        ]
    )
    source = read_source(_write(tmp_path, out.getvalue()))
    assert len(source) == len(texts)
