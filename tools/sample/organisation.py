"""Departments, stations, people and the list of who answers for what. Every name says that it is an example."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tools.sample.areas import Areas
from tools.sample.facts import COMMUNITIES, COUNTY_CODE, COUNTY_NAME, OFFICES, community_code

Record = dict[str, object]

_STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")

# code, full name, short name, kind
DEPARTMENTS: list[tuple[str, str, str, str]] = [
    ("D01", "澄湖区城市管理委员会（示例）", "区城管委", "主管"),
    ("D02", "湖阳街道办事处（示例）", "湖阳街道", "街镇"),
    ("D03", "澄清街道办事处（示例）", "澄清街道", "街镇"),
    ("D04", "澄湖区综合执法队（示例）", "综合执法", "执法"),
    ("D11", "澄湖自来水公司（示例）", "自来水", "权属"),
    ("D12", "澄湖排水公司（示例）", "排水", "权属"),
    ("D13", "澄湖供电所（示例）", "供电", "权属"),
    ("D14", "澄湖路灯管理所（示例）", "路灯", "权属"),
    ("D15", "澄湖通信公司（示例）", "通信", "权属"),
    ("D16", "澄湖热力燃气公司（示例）", "热力燃气", "权属"),
    ("D17", "澄湖交通警务支队（示例）", "交通警务", "权属"),
    ("D21", "澄湖环卫服务中心（示例）", "环卫", "作业"),
    ("D22", "澄湖园林绿化中心（示例）", "园林", "养护"),
    ("D23", "澄湖道路养护中心（示例）", "道路养护", "养护"),
    ("D24", "澄湖消防救援站（示例）", "消防", "主管"),
    ("D25", "澄湖公共交通公司（示例）", "公交", "权属"),
    ("D26", "澄湖河湖管理所（示例）", "河湖", "养护"),
    ("D31", "示例甲物业公司", "甲物业", "物业"),
    ("D32", "示例乙物业公司", "乙物业", "物业"),
    ("D33", "示例丙保洁公司", "丙保洁", "作业"),
]
OFFICE_DEPARTMENT = {"S": "D02", "N": "D03"}
MANHOLE_OWNERS = {
    "0101": "D11",
    "0102": "D12",
    "0103": "D12",
    "0105": "D13",
    "0106": "D14",
    "0107": "D15",
    "0108": "D15",
    "0110": "D16",
    "0111": "D16",
    "0112": "D17",
    "0127": "D11",
}
DISPUTED_CLASSES = {"0106": ("D14", "D13"), "0108": ("D15", "D17"), "0127": ("D11", "D12")}
OTHER_OWNERS = {
    "0104": "D12",
    "0113": "D24",
    "0117": "D15",
    "0118": "D14",
    "0126": "D01",
    "0136": "D17",
    "0203": "D25",
    "0209": "D17",
    "0210": "D17",
    "0212": "D01",
    "0213": "D01",
    "0301": "D21",
    "0305": "D21",
    "0401": "D22",
    "0402": "D22",
    "0501": "D01",
}
EVENT_OWNERS = {
    "01": "D21",
    "0101": "D04",
    "0105": "D26",
    "0106": "D22",
    "0110": "D23",
    "02": "D04",
    "03": "D04",
    "04": "D23",
    "0404": "D12",
    "0406": "D12",
    "0407": "D21",
    "0408": "D15",
    "05": "D04",
    "0505": "D17",
}


@dataclass
class Staff:
    """The people, in the order of their numbers, and how to reach them."""

    persons: list[Record] = field(default_factory=list)
    contacts: list[Record] = field(default_factory=list)

    def hire(self, title: str, department: str, team: str, rng: random.Random) -> str:
        """Add one person and return the number."""
        at = len(self.persons)
        number = f"SL{at + 1:04d}"
        name = f"示例{_STEMS[at // len(_NUMERALS)]}{_NUMERALS[at % len(_NUMERALS)]}"
        self.persons.append(
            {
                "人员编号": number,
                "姓名": name,
                "职务": title,
                "单位编码": department,
                "队伍类别": team,
                "人员类别": rng.choice(("在编", "聘用", "聘用", "志愿"))
                if team == "小巷管家"
                else rng.choice(("在编", "聘用")),
                "平台账号": f"shili{at + 1:04d}",
                "工号": number,
                "状态": "在岗",
                "离岗日期": "",
                "备注": "",
            }
        )
        self.contacts.append(
            {
                "人员编号": number,
                "办公电话": f"000-5550{at + 1:04d}",
                "手机": f"1990000{1000 + at:04d}",
                "同意公示": "是" if team in ("街巷长", "小巷管家") or rng.random() < 0.4 else "否",
            }
        )
        return number

    def record(self, number: str) -> Record:
        """Return the row of one person."""
        return self.persons[int(number[2:]) - 1]


def department_rows() -> list[Record]:
    """Return the departments; the credit codes carry the word SAMPLE and can belong to nobody."""
    return [
        {
            "部门编码": code,
            "部门名称": name,
            "简称": short,
            "类别": kind,
            "统一社会信用代码": f"99990101SAMPLE{i:04d}",
            "上级部门编码": "" if code == "D01" else "D01",
            "值班电话": f"000-5551{i:04d}",
            "启用日期": "2024-01-01",
        }
        for i, (code, name, short, kind) in enumerate(DEPARTMENTS, 1)
    ]


def station_rows(areas: Areas) -> list[Record]:
    """Return the county centre, a branch for each street office and a station for each community."""
    places = [("区中心", COUNTY_CODE, f"{COUNTY_NAME}城市管理指挥中心", areas.county)]
    places += [
        ("街镇分中心", code, f"{name}分中心（示例）", areas.office(key)) for key, (code, name) in OFFICES.items()
    ]
    places += [
        ("居村工作站", community_code(key), f"{name}工作站（示例）", areas.communities[key])
        for key, (_, _, name, _) in COMMUNITIES.items()
    ]
    rows = []
    for i, (level, code, name, polygon) in enumerate(places, 1):
        point = polygon.buffer(-40).representative_point()
        rows.append(
            {
                "工作站编号": f"{code:0<12}01",
                "名称": name,
                "级别": level,
                "区划编码": code,
                "横坐标X": f"{point.x:.3f}",
                "纵坐标Y": f"{point.y:.3f}",
                "值班电话": f"000-5552{i:04d}",
            }
        )
    return rows


def duty_rows() -> list[Record]:
    """Return the list of duties: eleven kinds of manhole cover (three disputed), other components, events."""
    rows: list[Record] = []

    def add(
        kind: str, prefix: str, department: str, role: str, state: str, basis: str, limit: int, priority: int = 1
    ) -> None:
        rows.append(
            {
                "序号": len(rows) + 1,
                "类型": kind,
                "类别前缀": prefix,
                "网格类别": "cg",
                "区划编码": COUNTY_CODE,
                "责任区类型": "",
                "部门编码": department,
                "职责": role,
                "优先级": priority,
                "认定状态": state,
                "依据": basis,
                "时限": limit,
                "时限单位": "工作时",
                "生效日期": "2025-01-01",
                "失效日期": "",
            }
        )

    for code, owner in MANHOLE_OWNERS.items():
        if code in DISPUTED_CLASSES:
            for priority, claimant in enumerate(DISPUTED_CLASSES[code], 1):
                add("部件", code, claimant, "权属", "争议", "权属待区城管委认定（示例）", 8, priority)
        else:
            add("部件", code, owner, "权属", "明确", "示例区权责清单2025版", 8)
    for code, owner in OTHER_OWNERS.items():
        add("部件", code, owner, "养护", "明确", "示例区权责清单2025版", 24)
    for prefix, owner in sorted(EVENT_OWNERS.items()):
        add("事件", prefix, owner, "处置", "明确", "示例区权责清单2025版", 4 if prefix.startswith("04") else 8)
    return rows


def owner_of(kind: str, code: str) -> str:
    """Return the department that answers for a class."""
    if kind == "部件":
        return MANHOLE_OWNERS.get(code) or OTHER_OWNERS[code]
    return EVENT_OWNERS.get(code) or EVENT_OWNERS[code[:2]]
