"""Codes of components that come in: checked against the layout, read for the class, given where there are none."""

from __future__ import annotations

import numpy as np

from gridmgmt_plugin.core.codes.layout import layouts_of_kind
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.codes.parts import CodeLayout
from gridmgmt_plugin.core.inventory.code_classes import TOLD, class_told, same_class, tells_class
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.rows import as_column, is_null
from gridmgmt_plugin.jobs.intake.import_points import IncomingPoints
from gridmgmt_plugin.jobs.intake.object_ids import IN_FILE
from gridmgmt_plugin.jobs.intake.rejections import first_of_each
from gridmgmt_plugin.workspace.workspace import Workspace

# From this share on the numbers of an inventory are codes of the layout, and one that does not fit is malformed.
_ARE_CODES = 0.5
_COUNTY_DIGITS = 6


def check_codes(codes: np.ndarray, chosen: CodeLayout, county_code: str, incoming: IncomingPoints) -> bool:
    """Reject malformed codes and codes of another county; tell whether the inventory follows the layout at all."""
    rows = incoming.rejections.kept
    rows = rows[~is_null(codes[rows])]
    alike = np.fromiter((_looks_like_code(code, chosen) for code in codes[rows]), dtype=bool, count=len(rows))
    if not len(rows) or alike.mean() < _ARE_CODES:
        return False
    good = np.fromiter((chosen.fits(code) for code in codes[rows]), dtype=bool, count=len(rows))
    bad = rows[~good]
    incoming.rejections.add(bad, "component_code_malformed", codes[bad])
    if len(bad) * 2 > len(rows):
        other = _other_layout(codes[bad], chosen)
        if other is not None:
            incoming.notes.append(Message("component_layout_other", {"layout": chosen.label, "other": other.label}))
    if any(part.name == "county" for part in chosen.parts):
        foreign = rows[good][[code[:_COUNTY_DIGITS] != county_code for code in codes[rows[good]]]]
        incoming.rejections.add(foreign, "component_of_other_county", codes[foreign])
    return True


def class_in_codes(
    codes: np.ndarray, classes: np.ndarray, chosen: CodeLayout, incoming: IncomingPoints
) -> np.ndarray:
    """Return the classes, taken out of the code where a row names none; tell where the two differ."""
    if not tells_class(chosen):
        return classes
    filled, differing = classes.copy(), []
    for row in incoming.rejections.kept.tolist():
        if codes[row] is None:
            continue
        told = class_told(chosen, codes[row])
        if classes[row] is None:
            filled[row] = told
        elif not same_class(classes[row], told):
            differing.append(row)
    incoming.note_rows("class_differs_from_code", np.array(differing, dtype=np.int64))
    return filled


def codes_for_unnumbered(
    workspace: Workspace, incoming: IncomingPoints, given: np.ndarray, chosen: CodeLayout
) -> None:
    """Set the column ``code``: as given, else the lowest free number of the class.

    Rows without a code are recognised by class and place: what stands there already is that component, what stands
    there twice in the file is rejected; so are rows whose class cannot be part of a code.
    """
    rejections = incoming.rejections
    codes = given.copy()
    rows = rejections.kept
    rows = rows[is_null(codes[rows])]
    classes = incoming.columns["class_code"]
    mask = _can_be_numbered(classes[rows], chosen)
    rejections.add(rows[~mask], "component_without_code", classes[rows[~mask]])
    rows = rows[mask]
    spots = _spots(incoming.x, incoming.y, classes)
    there = _spots_there(workspace)
    first = first_of_each(spots, rows)
    rejections.add(rows[~first], IN_FILE)
    rows = rows[first]
    held = np.array([spots[row] in there for row in rows], dtype=bool)
    codes[rows[held]] = [there[spots[row]] for row in rows[held].tolist()]
    rows = rows[~held]
    codes[rows] = _numbered(workspace, classes[rows], given, chosen)
    incoming.columns["code"] = codes
    if len(rows):
        incoming.notes.append(Message("component_codes_given", {"count": len(rows), "layout": chosen.label}))


def numbered_codes(workspace: Workspace, classes: np.ndarray, given: np.ndarray, chosen: CodeLayout) -> np.ndarray:
    """Return the codes of new components: as given, else the lowest free number of the class; ``None`` for one whose
    class cannot be part of a code.

    :param classes, given: object (n,), ``None`` for nothing.
    """
    codes = given.copy()
    rows = np.flatnonzero(is_null(given) & _can_be_numbered(classes, chosen))
    codes[rows] = _numbered(workspace, classes[rows], given, chosen)
    return codes


def _can_be_numbered(classes: np.ndarray, chosen: CodeLayout) -> np.ndarray:
    """Tell of which components the code can be put together from county, class and a number: bool (n,)."""
    told = {part.name for part in chosen.prefix_parts} == TOLD
    return np.array([told and bool(one) and one.isdigit() and len(one) == 4 for one in classes], dtype=bool)


def _numbered(workspace: Workspace, classes: np.ndarray, given: np.ndarray, chosen: CodeLayout) -> np.ndarray:
    """Return the lowest free code of its class for each component, object (n,)."""
    codes = np.full(len(classes), None, dtype=object)
    numbers = _numbers_in_use(workspace, given, chosen)
    for class_code in sorted(set(classes.tolist())):
        members = np.flatnonzero(classes == class_code)
        prefix = chosen.prefix(county=workspace.info.county_code, major=class_code[:2], minor=int(class_code[2:]))
        codes[members] = [chosen.code_at(prefix, number) for number in numbers.lowest(prefix, len(members))]
    return codes


def _looks_like_code(code: str, chosen: CodeLayout) -> bool:
    return code.isdigit() and abs(len(code) - chosen.length) <= 1


def _other_layout(codes: np.ndarray, chosen: CodeLayout) -> CodeLayout | None:
    for other in layouts_of_kind("component"):
        if other.key != chosen.key and np.mean([other.fits(code) for code in codes]) > _ARE_CODES:
            return other
    return None


def _spots(x: np.ndarray, y: np.ndarray, classes: np.ndarray) -> np.ndarray:
    places = zip(np.round(x, 3).tolist(), np.round(y, 3).tolist(), classes.tolist())
    return as_column(f"{class_code}@{px},{py}" for px, py, class_code in places)


def _spots_there(workspace: Workspace) -> dict[str, str]:
    """Return class and place → code of the component that stands there."""
    rows = workspace.read("component", ["code", "class_code"])
    return dict(zip(_spots(*rows.xy(), rows["class_code"]).tolist(), rows["code"].tolist()))


def _numbers_in_use(workspace: Workspace, given: np.ndarray, chosen: CodeLayout) -> NumbersInUse:
    """Return the numbers that a component bears or ever bore, and those that the file gives."""
    present = workspace.read("component", ["code"], geometry=False)["code"].tolist()
    registered = workspace.read("code_register", ["code"], {"kind": "component"}, geometry=False)["code"].tolist()
    taken = sorted({code for code in (*present, *registered, *given.tolist()) if code})
    return NumbersInUse(chosen, lambda prefix: codes_under(prefix, taken))
