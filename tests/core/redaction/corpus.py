"""Texts as offices write them, made from a seed: some hold a number or name of a person, others only look so.

Streets, classes of events and components, codes and case numbers are those of the sample and of the catalogues.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gridmgmt_plugin.core.redaction.identity import luhn_fits
from gridmgmt_plugin.core.resources import load_json

_SURNAMES, _GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍建国",
)
_LANES = ("柳叶", "青砖", "石榴", "豆坊", "灯草", "柿子", "沙滩", "东四三条", "北一环", "五四", "八一")
_KINDS_OF_WAY = ("胡同", "巷", "街", "路", "大街")
_COUNTIES = ("370102", "110101", "320508", "620102", "440305", "990101", "130102", "150102")
_GROUPING = (
    " ",
    "  ",
    "-",
    "、",
    "，",
    ",",
    "·",
    "*",
    ":",
    "：",
    "|",
    ".",
    "－",
    "—",
    "/",
    "_",
    " · ",
    "， ",
    "\u3000",
)


@dataclass(frozen=True)
class Sample:
    """A text, of which kind it is, and what of it must not be readable afterwards ("" where all must stay)."""

    text: str
    kind: str
    secret: str


def with_people(count: int, seed: int) -> Iterator[Sample]:
    """Yield texts that hold something of a person, the kinds in turn."""
    chance = random.Random(seed)
    kinds = list(_SECRETS.items())
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        before, secret, after = make(chance)
        yield Sample(f"{_lead(chance)}{before}{secret}{after}{_trail(chance)}", kind, secret)


def without_people(count: int, seed: int) -> Iterator[Sample]:
    """Yield texts of the daily work in which nothing is anybody's, the kinds in turn."""
    chance = random.Random(seed)
    kinds = list(_HARMLESS.items())
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        yield Sample(make(chance), kind, "")


def _events() -> list[str]:
    return [
        entry["zh"] for name in ("events", "components") for entry in load_json(f"catalogues/{name}.json")["classes"]
    ]


def _address(c: random.Random) -> str:
    lane = c.choice(_LANES) + c.choice(_KINDS_OF_WAY)
    forms = (
        f"{lane}{c.randint(1, 300)}号",
        f"{lane}{c.randint(1, 300)}号院{c.randint(1, 30)}号楼{c.randint(1, 9)}单元{c.randint(101, 2804)}",
        f"北园社区{lane}{c.randint(1, 99)}号旁",
        f"{lane}{c.randint(1, 300)}-{c.randint(1, 30)}-{c.randint(101, 999)}室",
        f"{lane}与{c.choice(_LANES)}路交叉口东{c.randint(10, 300)}米",
    )
    return c.choice(forms)


def _lead(c: random.Random) -> str:
    return c.choice(
        ("", f"{_address(c)}{c.choice(_events())}，", f"{c.choice(_events())}。", "市民来电反映，", "【转办】")
    )


def _trail(c: random.Random) -> str:
    return c.choice(("", "。", "，请尽快处理。", f"；{c.choice(_events())}", "）", " 已处理"))


def _digits(c: random.Random, count: int) -> str:
    return "".join(c.choice("0123456789") for _ in range(count))


def _mobile_number(c: random.Random) -> str:
    return "1" + c.choice("3456789") + _digits(c, 9)


def _mobile(c: random.Random) -> tuple[str, str, str]:
    return (
        c.choice(("", "手机", "电话：", "老王", "（")),
        c.choice(("", "", "+86", "+86 ", "0")) + _mobile_number(c),
        "",
    )


def _mobile_grouped(c: random.Random) -> tuple[str, str, str]:
    number, sign = _mobile_number(c), c.choice(_GROUPING)
    return c.choice(("", "手机", "请联系")), f"{number[:3]}{sign}{number[3:7]}{sign}{number[7:]}", ""


def _mobile_wide(c: random.Random) -> tuple[str, str, str]:
    wide = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    return "", _mobile_number(c).translate(wide), ""


def _mobile_spelt(c: random.Random) -> tuple[str, str, str]:
    numerals = c.choice(
        ("零一二三四五六七八九", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "零幺二三四五六七八九")
    )
    number = _mobile_number(c)
    sign = c.choice(("", "", "，", " ", "-"))
    spelt = f"{number[:3]}{sign}{number[3:7]}{sign}{number[7:]}"
    return c.choice(("电话", "手机号", "")), "".join(numerals[int(d)] if d.isdigit() else d for d in spelt), ""


def _landline(c: random.Random) -> tuple[str, str, str]:
    area = c.choice(("010", "021", "0532", "0531", "0755", "0931"))
    local = c.choice("2345678") + _digits(c, 7 if len(area) == 3 or c.random() < 0.7 else 6)
    return c.choice(("", "座机", "单位")), f"{area}{c.choice(('', '-', ' ', '－'))}{local}", ""


def _landline_bare(c: random.Random) -> tuple[str, str, str]:
    word = c.choice(
        ("电话", "联系方式", "座机", "联系电话：", "联系方式：", "电话是", "电话，", "Tel:", "固话 ", "电话(家)")
    )
    local = c.choice("345678") + _digits(c, c.choice((6, 7)))
    return word, local, ""


def _service(c: random.Random) -> tuple[str, str, str]:
    number = c.choice(("400", "800")) + _digits(c, 7)
    forms = (number, f"{number[:3]}-{number[3:6]}-{number[6:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}")
    return c.choice(("客服电话", "", "拨打")), c.choice(forms), ""


def _identity_number(c: random.Random) -> str:
    head = (
        c.choice(_COUNTIES) + f"{c.randint(1930, 2010)}{c.randint(1, 12):02d}{c.randint(1, 28):02d}" + _digits(c, 3)
    )
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights)) % 11]


def _identity(c: random.Random) -> tuple[str, str, str]:
    number = _identity_number(c)
    forms = (
        number,
        number,
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
    )
    return c.choice(("身份证号", "", "身份证：", "证件")), c.choice(forms), ""


def _identity_old(c: random.Random) -> tuple[str, str, str]:
    born = f"{c.randint(30, 85)}{c.randint(1, 12):02d}{c.randint(1, 28):02d}"
    return c.choice(("身份证号", "身份证：", "证件号码")), c.choice(_COUNTIES) + born + _digits(c, 3), ""


def _card(c: random.Random) -> tuple[str, str, str]:
    head = c.choice(("622202", "621700", "625996", "622848")) + _digits(c, c.choice((9, 12)))
    number = next(head + last for last in "0123456789" if luhn_fits(head + last))
    if len(number) == 16:
        grouped = " ".join(number[at : at + 4] for at in range(0, 16, 4))
        return c.choice((("银行卡", number, ""), ("卡号：", grouped, ""), ("", grouped, "")))
    return c.choice(("银行卡号", "退款至", "")), number, ""


def _email(c: random.Random) -> tuple[str, str, str]:
    user = "".join(c.choice("abcdefghijkl0123456789_") for _ in range(c.randint(4, 10)))
    return c.choice(("邮箱", "", "E-mail:")), f"{user}@{c.choice(('qq.com', '163.com', 'mail.sample.gov.cn'))}", ""


def _wechat(c: random.Random) -> tuple[str, str, str]:
    name = c.choice("abcwxyz") + "".join(c.choice("abcdefxyz") for _ in range(5)) + "_" + _digits(c, 3)
    return c.choice(("微信", "微信号", "微信：", "WeChat: ", "加微信", "vx:")), name, ""


def _qq(c: random.Random) -> tuple[str, str, str]:
    return (
        c.choice(("QQ", "QQ号", "QQ：", "qq:", "扣扣")),
        c.choice("123456789") + _digits(c, c.choice((5, 7, 8, 9))),
        "",
    )


def _plate(c: random.Random) -> tuple[str, str, str]:
    head = c.choice(load_json("catalogues/redaction.json")["provinces"]) + c.choice("ABCDEFGHJK")
    tail = "".join(c.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(c.choice((4, 5)))) + c.choice(
        "0123456789"
    )
    return c.choice(("车牌", "车辆", "，", "轿车")), f"{head}{c.choice(('', '', '·', ' ', '-'))}{tail}", ""


def _passport(c: random.Random) -> tuple[str, str, str]:
    word = c.choice(("护照", "护照号：", "护照号码"))
    return word, c.choice(("E" + _digits(c, 8), "G" + _digits(c, 8), "EJ" + _digits(c, 7), "P" + _digits(c, 7))), ""


def _person(c: random.Random) -> str:
    return c.choice(_SURNAMES) + "".join(c.choice(_GIVEN) for _ in range(c.choice((1, 2, 2))))


def _name_colon(c: random.Random) -> tuple[str, str, str]:
    word = c.choice(("投诉人", "举报人", "反映人", "来电人", "联系人", "当事人", "户主", "姓名"))
    return (
        f"{word}{c.choice(('：', ':', '： '))}",
        _person(c),
        c.choice(("，", "；", " ", "。", "先生，", "电话不详，")),
    )


def _name_bare(c: random.Random) -> tuple[str, str, str]:
    return c.choice(("投诉人", "举报人", "来电人")), _person(c), c.choice(("反映", "称", "，", "女士"))


_SECRETS: dict[str, Callable[[random.Random], tuple[str, str, str]]] = {
    "mobile": _mobile,
    "mobile, in groups": _mobile_grouped,
    "mobile, full width": _mobile_wide,
    "mobile, Chinese numerals": _mobile_spelt,
    "landline with area code": _landline,
    "landline behind a word": _landline_bare,
    "400 and 800 numbers": _service,
    "identity number, 18": _identity,
    "identity number, 15, behind a word": _identity_old,
    "bank card": _card,
    "e-mail": _email,
    "WeChat": _wechat,
    "QQ": _qq,
    "car plate": _plate,
    "passport behind a word": _passport,
    "name behind a label and a colon": _name_colon,
    "name behind a label": _name_bare,
}


def _grid_code(c: random.Random) -> str:
    return f"{c.choice(_COUNTIES)}{c.randint(1, 20):03d}{c.randint(1, 30):03d}{c.randint(1, 400):03d}"


def _component_code(c: random.Random) -> str:
    return f"{c.choice(_COUNTIES)}{c.randint(1, 5):02d}{c.randint(1, 30):02d}{c.randint(1, 99999):06d}"


def _day(c: random.Random) -> tuple[int, int, int]:
    return c.randint(2015, 2026), c.randint(1, 12), c.randint(1, 28)


def _dated(c: random.Random) -> str:
    year, month, day = _day(c)
    hour, minute = c.randint(0, 23), c.randint(0, 59)
    forms = (
        f"{year}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}",
        f"{year}/{month}/{day}",
        f"{year}{month:02d}{day:02d}",
        f"{year}年{month}月{day}日{hour}时{minute}分",
        f"{year}{month:02d}{day:02d}{hour:02d}{minute:02d}05",
        f"二〇二五年{c.choice('一二三四五六七八九')}月",
    )
    return f"{c.choice(('', '上报于', '电话回访日期'))}{c.choice(forms)}{c.choice(('', '，已处理'))}"


def _case_number(c: random.Random) -> str:
    year, month, day = _day(c)
    number = c.randint(1, 9999)
    forms = (
        f"{year}{number:06d}",
        f"澄案〔{year}〕{number:06d}",
        f"工单{year}{month:02d}{day:02d}{number:06d}",
        f"案件{c.choice(_COUNTIES)}{year % 100}{month:02d}{day:02d}{number % 1000:03d}",
        f"AJ{year}{month:02d}{day:02d}{number:04d}",
        f"{c.choice(_COUNTIES)}{year}{month:02d}{day:02d}{number:04d}",
    )
    return c.choice(forms)


def _coordinates(c: random.Random) -> str:
    x, y = c.uniform(73, 135), c.uniform(18, 53)
    east, north = c.uniform(350000, 650000), c.uniform(2e6, 5.5e6)
    forms = (
        f"{x:.6f}",
        f"{x:.8f}",
        f"{x:.4f},{y:.4f}",
        f"{x:.7f} {y:.7f}",
        f"坐标{east:.3f}，{north:.3f}",
        f"{c.randint(13, 45)}{east:.2f}",
        f"X={north:.3f} Y={east:.3f}",
    )
    return c.choice(forms)


def _text_of_work(c: random.Random) -> str:
    forms = (
        f"{_address(c)}{c.choice(_events())}",
        f"网格{_grid_code(c)}内{c.choice(_events())}",
        f"部件{_component_code(c)}、{_component_code(c)}丢失",
        f"{c.choice(_events())}，面积{c.uniform(1, 9999):.1f}平方米",
        f"市民反映{_address(c)}{c.choice(_events())}，已派遣",
        f"金额{c.randint(1, 99)},{c.randint(0, 999):03d},{c.randint(0, 999):03d}.00元",
        f"投诉人匿名，{_address(c)}",
        f"投诉人要求保密，{c.choice(_events())}",
        f"联系人不详，{_address(c)}",
        f"云B座{c.randint(101, 2804)}室{c.choice(_events())}",
        f"微信公众号上报，{_address(c)}",
        f"12345热线转办，{c.choice(_events())}",
        f"依据《市容条例》（{c.randint(2005, 2025)}）第{c.randint(1, 99)}条",
        f"门牌{c.randint(1, 300)}、{c.randint(1, 300)}、{c.randint(1, 300)}号",
        f"责任人巡查{c.randint(1, 9)}次，电话已登记",
    )
    return c.choice(forms)


_HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "grid codes": _grid_code,
    "grid codes from 0086": lambda c: f"0086130{c.randint(0, 99999999):08d}",
    "component codes": _component_code,
    "codes of 12 digits": lambda c: f"{c.choice(_COUNTIES)}{c.randint(1, 20):03d}{c.randint(1, 30):03d}",
    "dates and times": _dated,
    "case numbers": _case_number,
    "coordinates": _coordinates,
    "addresses": _address,
    "texts of cases": _text_of_work,
    "credit codes": lambda c: (
        f"91{c.choice(_COUNTIES)}MA{_digits(c, 1)}{c.choice('ABCDEFGH')}{_digits(c, 5)}{c.choice('XYN8')}"
    ),
}
