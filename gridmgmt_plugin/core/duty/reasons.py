"""Why somebody answers: the rule that decided, and what makes the answer disputed, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmgmt_plugin.core.columns import as_texts, positions, table, texts
from gridmgmt_plugin.core.duty.answers import (
    DISPUTED,
    GRID_FALLBACK,
    INTERIM,
    MAINTAINER,
    OUTSIDE,
    OWNER,
    RESPONSIBLE,
    STREET,
    Answers,
    Points,
)
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.classes import ClassTitle
from gridmgmt_plugin.core.duty.places import locate
from gridmgmt_plugin.core.duty.rules import Candidate, Places, RuleBook
from gridmgmt_plugin.core.duty.successors import Successors
from gridmgmt_plugin.core.duty.times import disputed_owner_states
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.locate import PointSet
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.titles import ValueTitle

_BY_COMPONENT = {INTERIM: "decided_interim", MAINTAINER: "decided_maintainer", OWNER: "decided_owner"}
_WITHOUT_RULE = {
    RESPONSIBLE: "decided_unit_grid_responsible",
    GRID_FALLBACK: "decided_unit_grid_fallback",
    STREET: "decided_street_office",
}


class Names:
    """Codes as people say them: ``水务局 (D2)`` by the tables ``department`` and ``area``, the code where unknown."""

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        self._known: dict[str, str] = {}
        for name in ("area", "department"):  # a department goes before an area of the same code
            rows = table(tables, name)
            self._known.update((code, text) for code, text in zip(texts(rows, "code"), texts(rows, "name")) if text)

    def name(self, code: str | None) -> str:
        """Return the name of a department or area, the code itself where none is known, "" for nothing."""
        return self._known.get(code or "", code or "")


@dataclass(frozen=True)
class Asking:
    """How points were asked: what :func:`~gridmgmt_plugin.core.duty.answers.who_answers` was given
    besides the tables.

    ``catalogues``: ``component`` and ``event`` → the name of the catalogue, for names of classes.
    """

    scheme: str
    precision_m: float
    catalogues: Mapping[str, str]


def reasons(
    points: Points, answers: Answers, tables: Mapping[str, Rows], asking: Asking
) -> list[tuple[Message, ...]]:
    """Return for each of a few points, in sentences, what decided and what makes the answer disputed.

    :param tables: those that the answers were given by.
    """
    tree = AreaTree(table(tables, "area"))
    day = points.at.astype("datetime64[D]")
    located = locate(
        PointSet(points.x, points.y), day, tables, tree, asking.scheme, 0.0, asking.precision_m, Progress()
    )
    components = table(tables, "component")
    component = positions(texts(components, "code"), as_texts(points.component_code))
    kinds = np.full(len(day), "", dtype=object) if points.class_kind is None else as_texts(points.class_kind)
    kinds[component >= 0] = "component"
    classes = as_texts(points.class_code)
    own = np.append(texts(components, "class_code"), "").astype(object)[component]
    classes = np.where(classes == "", own, classes)
    successors = Successors(table(tables, "department"))
    book = RuleBook(table(tables, "duty_rule"), table(tables, "duty_zone"), tree, asking.scheme, successors)
    found = book.candidates(Places(kinds, classes, located.area_code, located.zones, day, located.zone_sets))
    words = _Words(tables, asking, components, successors)
    return [
        words.sentences(answers, row, kinds[row], classes[row], int(component[row]), found[row])
        for row in range(len(answers))
    ]


class _Words:
    def __init__(self, tables: Mapping[str, Rows], asking: Asking, components: Rows, successors: Successors) -> None:
        self._names, self._asking, self._successors = Names(tables), asking, successors
        self._rules = {row["id"]: row for row in _as_texts(table(tables, "duty_rule")).records()}
        self._components = _as_texts(components).records()

    def sentences(
        self, answers: Answers, row: int, kind: str, class_code: str, component: int, rules: Sequence[Candidate]
    ) -> tuple[Message, ...]:
        rule = answers.rule[row]
        who = self._names.name(answers.department_code[row])
        about = self._components[component] if component >= 0 else {}
        said = []
        if rule == OUTSIDE:
            said.append(Message("decided_outside"))
        elif rule in _BY_COMPONENT:
            said.append(Message(_BY_COMPONENT[rule], {"component": about.get("code", ""), "department": who}))
        elif rule in _WITHOUT_RULE:
            said.append(self._without_rule(kind, class_code))
            said.append(Message(_WITHOUT_RULE[rule], {"department": who, "grid": answers.unit_grid[row] or ""}))
        else:
            said.append(self._by_rule(str(rule), who))
            said += self._against(rules) if answers.status[row] == DISPUTED else []
            said += self._behind(rules)
        said += self._passed_on(answers.named_code[row] or "", answers.department_code[row] or "")
        owner_state = about.get("owner_state", "")
        if owner_state in disputed_owner_states():
            said.append(
                Message(
                    "disputed_owner", {"component": about["code"], "state": ValueTitle(f"owner_state.{owner_state}")}
                )
            )
        return tuple(said)

    def _passed_on(self, named: str, answering: str) -> list[Message]:
        """Say who is named and has passed the work on."""
        day = self._successors.taken_over_on(named) if named != answering else None
        if day is None:
            return []
        details = {"old": self._names.name(named), "new": self._names.name(answering), "day": str(day)}
        return [Message("decided_successor", details)]

    def _without_rule(self, kind: str, class_code: str) -> Message:
        if not class_code:
            return Message("decided_no_rule_for_place")
        return Message("decided_no_rule", {"class": ClassTitle(class_code, {}, kind, self._asking.catalogues)})

    def _by_rule(self, rule_id: str, who: str) -> Message:
        rule = self._rules.get(rule_id, {})
        details = {"rule": rule_id, "what": self._what(rule), "where": self._where(rule), "department": who}
        if rule.get("basis"):
            return Message("decided_rule_basis", {**details, "basis": rule["basis"]})
        return Message("decided_rule", details)

    def _what(self, rule: Mapping[str, str]) -> Message:
        prefix, kind = rule.get("class_prefix", ""), rule.get("class_kind", "")
        if prefix:
            return ClassTitle(prefix, {}, kind, self._asking.catalogues)
        return Message({"component": "rule_all_components", "event": "rule_all_events"}.get(kind, "rule_all_classes"))

    def _where(self, rule: Mapping[str, str]) -> Message:
        area, zone_kind = self._names.name(rule.get("area_code")), rule.get("zone_kind", "")
        zone = ValueTitle(f"duty_zone_kind.{zone_kind}")
        if zone_kind and area:
            return Message("rule_in_zone_of_area", {"zone": zone, "area": area})
        if zone_kind:
            return Message("rule_in_zone", {"zone": zone})
        return Message("rule_in_area", {"area": area}) if area else Message("rule_everywhere")

    def _against(self, rules: Sequence[Candidate]) -> list[Message]:
        """Say what makes the answer disputed: rules as good that name another, or that are not settled."""
        said = []
        first, others = rules[0], [rule for rule in rules[1:] if rule.is_best]
        open_ones = [rule.rule_id for rule in (first, *others) if rule.is_open]
        states = {rule: self._rules.get(rule, {}).get("state", "") for rule in open_ones}
        for state in sorted(set(states.values())):
            rules_in_it = listing([rule for rule in open_ones if states[rule] == state])
            title = ValueTitle(f"duty_state.{state}")
            said.append(Message("disputed_rule_state", {"rules": rules_in_it, "state": title}))
        other = [rule for rule in others if rule.department != first.department]
        if other:
            named = listing([f"{self._names.name(rule.department)} ({rule.rule_id})" for rule in other])
            said.append(Message("disputed_rules", {"others": named}))
        if not said:
            said.append(Message("disputed_zone_managers"))
        return said

    def _behind(self, rules: Sequence[Candidate]) -> list[Message]:
        """Name the rules that apply as well and are less close: they would answer if this one were gone."""
        behind = [f"{rule.rule_id} ({self._names.name(rule.department)})" for rule in rules if not rule.is_best]
        return [Message("rules_behind", {"rules": listing(behind)})] if behind else []


def _as_texts(rows: Rows) -> Rows:
    return replace(rows, columns={name: texts(rows, name) for name in rows.columns}, geometry=None)
