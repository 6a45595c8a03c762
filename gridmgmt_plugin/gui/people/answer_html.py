"""The answer for a place as a page: its grids, who is on duty with a phone, departments per class with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from gridmgmt_plugin.core.codes.areas import area_code_problem, area_level
from gridmgmt_plugin.core.duty.place_answer import ClassAnswer, DutyPlace, Person, PlaceAnswer, Post
from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.tree.tree_model import LEVEL_TITLES
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable
from gridmgmt_plugin.workspace.light.places import Place

STATUS_TITLES = {
    "clear": translatable("clear"),
    "disputed": translatable("disputed"),
    "fallback": translatable("fallback"),
}
_SMALL, _BETWEEN = "font-size:small", "|"


def answer_page(answer: PlaceAnswer, colours: Mapping[str, str]) -> str:
    """Return the answer as HTML in the reader's language; links name (table, code, scheme).

    :param colours: status → colour in which it is written, as it can be read there.
    """
    if answer.person is not None:
        return _of_person(answer, answer.person)
    parts = [_head(answer)]
    parts += [f"<h4>{escape(tr('Grids, lane and who is on duty'))}</h4>"]
    parts += ["".join(map(_place, answer.places)) or f"<p>{escape(tr('No grid and no lane here.'))}</p>"]
    parts += [f"<h4>{escape(tr('Which department answers'))}</h4>", *(_class(one, colours) for one in answer.classes)]
    return "".join(parts)


def choices_page(places: Sequence[Place]) -> str:
    """Return what a search found as links, to choose from."""
    if not places:
        return f"<p>{escape(tr('Nothing has this code or name.'))}</p>"
    lines = (
        f"<li>{escape(tr(LEVEL_TITLES[p.level]))} {_link(p.level, p.code, '', p.name or p.code)}</li>" for p in places
    )
    return f"<p>{escape(tr('Which one?'))}</p><ul>{''.join(lines)}</ul>"


def link_parts(link: str) -> tuple[str, str, str]:
    """Return (table, code, scheme) of a decoded link."""
    table, code, scheme = [*link.split(_BETWEEN), "", ""][:3]
    return table, code, scheme


def _head(answer: PlaceAnswer) -> str:
    chain = " › ".join(escape(name or code) for _, code, name in reversed(answer.areas))
    grid = _link("unit_grid", answer.unit_grid, "", answer.unit_grid) if answer.unit_grid else escape(tr("none"))
    return (
        f"<p><b>{escape(tr('Unit grid'))} {grid}</b><br>{chain}<br>"
        f"<span style='{_SMALL}'>{escape(_moment(answer.at))}</span></p>"
    )


def _moment(at: str) -> str:
    return at.replace("T", " ")[:16]


def _place(place: DutyPlace) -> str:
    about = " ".join(filter(None, (place.scheme, _kind_of_place(place.table, place.code))))
    shown = _link(place.table, place.code, place.scheme_key, place.name or place.code)
    far = (
        ""
        if place.distance_m is None
        else f" {escape(tr('{distance} m away').format(distance=round(place.distance_m)))}"
    )
    lines = [_person(person) for person in place.people] or [_nobody(place)]
    lines += [escape(department) for department in place.departments]
    return f"<p>{escape(about)}{escape(tr(': '))}{shown}{far}<br>{'<br>'.join(lines)}</p>"


def _kind_of_place(table: str, code: str) -> str:
    """Return what a place is; areas of all levels stand in one table."""
    if table == "area" and area_code_problem(code) is None:
        return tr(LEVEL_TITLES[area_level(code)])
    return tr(LEVEL_TITLES.get(table, LEVEL_TITLES["community"]))


def _person(person: Person) -> str:
    role = value_label("role", person.role, locale_tag()) if person.role else ""
    turn = f"({value_label('turn', person.turn, locale_tag())})" if person.turn else ""
    phones = escape(tr(", ")).join(f"<b>{escape(phone)}</b>" for phone in person.phones)
    name = _link("person", person.person_id, "", person.name or person.person_id)
    return " ".join(filter(None, ("&nbsp;&nbsp;" + escape(role), name, escape(turn), phones)))


def _nobody(place: DutyPlace) -> str:
    if place.duty_phone:
        told = tr("Nobody is on duty then; call the duty phone {phone}").format(phone=place.duty_phone)
    else:
        told = tr("Nobody is on duty then, and no duty phone is recorded")
    return f"&nbsp;&nbsp;<i>{escape(told)}</i>"


def _class(answer: ClassAnswer, colours: Mapping[str, str]) -> str:
    colour, status = colours[answer.status], tr(STATUS_TITLES[answer.status])
    who = escape(answer.department or tr("nobody"))
    phone = f" <b>{escape(answer.phone)}</b>" if answer.phone else ""
    between = "" if is_chinese(language()) else " "
    why = between.join(escape(reason.text(language())) for reason in answer.reasons)
    return (
        f"<p>{escape(_kind(answer.kind) + answer.class_title.text(language()) + tr(': '))}<b>{who}</b>{phone}"
        f" <span style='color:{colour}'>[{escape(status)}]</span><br><span style='{_SMALL}'>{why}</span></p>"
    )


def _kind(kind: str) -> str:
    return {"component": tr("component "), "event": tr("event ")}.get(kind, "")


def _of_person(answer: PlaceAnswer, person: Person) -> str:
    phones = escape(tr(", ")).join(f"<b>{escape(phone)}</b>" for phone in person.phones)
    posts = "".join(map(_post, answer.posts)) or f"<p>{escape(tr('Holds no post.'))}</p>"
    head = f"<p><b>{escape(person.name or person.person_id)}</b> {phones}<br>"
    return f"{head}<span style='{_SMALL}'>{escape(_moment(answer.at))}</span></p>{posts}"


def _post(post: Post) -> str:
    role = value_label("role", post.role, locale_tag()) if post.role else ""
    state = tr("on duty") if post.on_duty else tr("not on duty then")
    about = " ".join(filter(None, (post.scheme, _kind_of_place(post.table, post.code))))
    shown = _link(post.table, post.code, post.scheme_key, post.name or post.code)
    turn = f" ({escape(value_label('turn', post.turn, locale_tag()))})" if post.turn else ""
    return f"<p>{escape(about)}{escape(tr(': '))}{shown}<br>&nbsp;&nbsp;{escape(role)}{turn} – {escape(state)}</p>"


def _link(table: str, code: str, scheme: str, shown: str) -> str:
    return f'<a href="{quote(_BETWEEN.join((table, code, scheme)), safe="")}">{escape(shown)}</a>'
