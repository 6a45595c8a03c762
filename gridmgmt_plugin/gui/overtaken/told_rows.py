"""Overtaken rows in words: the lines of their fields, what became of them, and what is chosen."""

from __future__ import annotations

from html import escape

from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.editing.overtaken.choosing import OUTLINE, WHOLE, Choosing, Side
from gridmgmt_plugin.editing.overtaken.sides import OvertakenRow
from gridmgmt_plugin.gui.overtaken.side_maps import measure
from gridmgmt_plugin.gui.overtaken.side_table import FieldLine
from gridmgmt_plugin.project.forms.description import SCHEME_COLUMNS, form_descriptions
from gridmgmt_plugin.project.forms.logged_values import ToldValues
from gridmgmt_plugin.project.i18n import tr
from gridmgmt_plugin.workspace.schema import scheme_column

_SCHEMES = scheme_column("x")[:-1]
# What the line of the outline says already.
_MEASURES = ("area_m2", "length_m")
# Codes that a sentence names.
_NAMED = 6
_TO_THE_MINUTE = len("2026-11-30 09:30")


def field_lines(choosing: Choosing, row: OvertakenRow, told: ToldValues) -> list[FieldLine]:
    """Return the fields of a row as its form orders them: first what is chosen, then what else differs, then the
    rest that is filled in.
    """
    lines = [_part_line(choosing, row, part, told) for part in choosing.parts(row)]
    lines += [] if row.is_gone else [_line(row, name, told) for name in _columns(choosing, row)]
    filled = [line for line in lines if line.part or line.was or line.theirs or line.mine]
    return sorted(filled, key=lambda line: (not line.part, not line.differs))


def told_choice(choosing: Choosing, row: OvertakenRow) -> str:
    """Return what is chosen of a row, in a word or two."""
    if not choosing.is_settled(row):
        return tr("open")
    side = choosing.chosen(row)
    return {Side.THEIRS: tr("theirs"), Side.MINE: tr("mine"), None: tr("mixed")}[side]


def told_open(choosing: Choosing, told: ToldValues, at: int) -> str:
    """Return what is still to be chosen, with a link to the first row of it, as HTML.

    :param at: what the link leads to.
    """
    rows = choosing.open_rows
    if not rows:
        return escape(tr("Everything is chosen."))
    row = rows[0]
    parts = [part for part in choosing.parts(row) if choosing.side(row, part) is None]
    names = listing((_part_line(choosing, row, part, told).label for part in parts), _NAMED)
    link = f'<a href="{at}">{escape(row.key or "–")}</a>'
    text = tr("Still to be chosen: {fields} of {row}", fields=names, row="\0")
    more = tr(", and {count} more {count:row|rows}", count=len(rows) - 1) if len(rows) > 1 else ""
    return escape(text + more).replace("\0", link)


def told_row(choosing: Choosing, row: OvertakenRow) -> str:
    """Return what became of a row, and what is to be known about the choice."""
    sentences = []
    if row.is_gone:
        sentences.append(tr("This row is no more: it was deleted, or merged into another."))
        if row.heirs:
            sentences.append(tr("On its ground lies now: {codes}.", codes=listing(row.heirs, _NAMED)))
        if row.perhaps:
            sentences.append(tr("It was one of: {codes}.", codes=listing(row.perhaps, _NAMED)))
        if not choosing.can_keep(row, choosing.parts(row)[0]):
            sentences.append(tr("Your edit of it can only be given up."))
    elif row.is_deleted:
        sentences.append(tr("You deleted this row; the colleague changed it."))
    if row.ground is not None:
        ground = choosing.sides.grounds[row.ground]
        more = len(ground.rows) + len(ground.added) - 1
        if more:
            sentences.append(
                tr(
                    "Edits of {count} more {count:row|rows} touch this outline and are chosen with it: by itself it"
                    " would tear the ground.",
                    count=more,
                )
            )
        if ground.misfits and ground.can_keep:
            sentences.append(
                tr(
                    "Yours does not fit the cells as they are stored now in {count} {count:place|places}; if you keep"
                    " it, the save offers a repair.",
                    count=ground.misfits,
                )
            )
    return " ".join(sentences)


def _columns(choosing: Choosing, row: OvertakenRow) -> list[str]:
    """Return the columns that the form shows and that are not chosen one by one, in its order."""
    form = form_descriptions().get(choosing.sides.table)
    placed = list(form.placed) if form is not None else []
    hidden = set(form.hidden) if form is not None else set()
    schemes = [name for name in row.theirs if name.startswith(_SCHEMES)]
    order = [one for name in placed for one in (schemes if name == SCHEME_COLUMNS else [name])]
    order += [name for name in row.theirs if name not in order and name not in hidden and name != "row_version"]
    chosen = (*choosing.parts(row), *(_MEASURES if row.ground is not None else ()))
    return [name for name in dict.fromkeys(order) if name in row.theirs and name not in chosen]


def _line(row: OvertakenRow, name: str, told: ToldValues) -> FieldLine:
    was = told.value(name, row.was) if name in row.was else tr("not known")
    differs = row.theirs.get(name) != row.mine.get(name) or (
        name in row.was and row.was[name] != row.theirs.get(name)
    )
    theirs, mine = told.value(name, row.theirs), told.value(name, row.mine)
    return FieldLine(told.heading(name), was if theirs or mine or row.was else "", theirs, mine, differs)


def _part_line(choosing: Choosing, row: OvertakenRow, part: str, told: ToldValues) -> FieldLine:
    side, can_keep = choosing.side(row, part), choosing.can_keep(row, part)
    if part == OUTLINE:
        was, theirs, mine = (measure(shape) for shape in row.shapes)
        theirs = tr("no more") if row.is_gone else theirs
        mine = tr("deleted") if row.is_deleted else mine
        return FieldLine(tr("Outline"), was, theirs, mine, True, part, side, can_keep)
    if part == WHOLE:
        theirs = tr("no more") if row.is_gone else tr("as the colleague saved it")
        mine = tr("deleted") if row.is_deleted else tr("back with my values") if row.is_gone else tr("as it is now")
        return FieldLine(tr("The row"), "", theirs, mine, True, part, side, can_keep)
    line = _line(row, part, told)
    return FieldLine(line.label, line.was, line.theirs, line.mine, True, part, side, can_keep)


def heading_of_theirs(row: OvertakenRow) -> str:
    """Return what the colleague's column is headed with: his name, and below it when he saved."""
    if not row.by:
        return tr("As it is stored")
    return f"{row.by}\n{row.at.replace('T', ' ')[:_TO_THE_MINUTE]}".strip()
