"""Components whose owner is to be found, as the ownership desk lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridmgmt_plugin.core.duty.classes import COMPONENT, ClassTitle
from gridmgmt_plugin.core.messages import Message


@dataclass(frozen=True)
class Dispute:
    """A component whose owner is to be found. ``since``: day on which the case was opened, else on which the
    component was last changed or surveyed ("" = not known); ``age_days``: −1 where that is not known; ``case``: id of
    the open case, "" before one is opened; ``claims``, ``interim``: of the case; ``department``: who supervises;
    ``catalogue``: where the class has its name.
    """

    component: str
    class_code: str
    name: str
    state: str
    department_code: str
    department: str
    unit_grid: str
    since: str
    age_days: int
    case: str
    claims: str
    interim_code: str
    x: float
    y: float
    catalogue: str

    @property
    def class_title(self) -> Message:
        """Return code and name of the class."""
        return ClassTitle(self.class_code, {}, COMPONENT, {COMPONENT: self.catalogue})


def listed_disputes(
    disputes: Iterable[Dispute], department: str | None = None, state: str = "", longer_than: int = 0
) -> list[Dispute]:
    """Return those of a supervising department (code; "" for none recorded, ``None`` for all), a state ("" for all)
    and open for more days than ``longer_than`` (0 for all, those of unknown age too), in their order.
    """
    return [
        one
        for one in disputes
        if (department is None or one.department_code == department)
        and (not state or one.state == state)
        and (not longer_than or one.age_days > longer_than)
    ]
