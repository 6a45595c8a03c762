"""What the code of a component tells of it: its county and its class, by the layout of the code."""

from __future__ import annotations

from gridmgmt_plugin.core.codes.parts import CodeLayout

#: The parts of a component code that county and class tell.
TOLD = frozenset({"county", "major", "minor"})


def tells_class(chosen: CodeLayout) -> bool:
    """Tell whether codes of a layout hold a class."""
    return TOLD.issubset(part.name for part in chosen.prefix_parts)


def class_told(chosen: CodeLayout, code: str) -> str:
    """Return the class that a good code of a layout which :func:`tells_class` holds, as catalogues write it (0101).

    :raises InputError: for a code that is not good, see :meth:`.CodeLayout.validate`.
    """
    parts = chosen.parse(code)
    return f"{int(parts['major']):02d}{int(parts['minor']):02d}"


def same_class(class_code: str, told: str) -> bool:
    """Tell whether a class as it is recorded is the one that a code tells; what is no number cannot be compared."""
    return not class_code.isdigit() or class_code.zfill(len(told)) == told
