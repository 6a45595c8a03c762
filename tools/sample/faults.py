"""Damages the clean tables the way raw files arrive damaged, and keeps an account of every fault."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.sample.organisation import Record

_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
_NOT_DATES = ("2025/13/45", "去年", "不详", "2025-02-30", "2025年冬", "00:00")
_OUTSIDE = (
    (512_340.118, 307_120.402),
    (503_998.0, 318_400.77),
    (0.0, 0.0),
    (494_210.556, 306_880.1),
    (116.4021, 39.9087),
)


@dataclass
class Account:
    """What was damaged in one table: fault → positions of the rows (0-based until the file is written)."""

    rows: list[Record]
    taken: set[int] = field(default_factory=set)
    faults: dict[str, list[int]] = field(default_factory=dict)

    def damage(self, fault: str, positions: list[int], change: Callable[[Record, int], None]) -> None:
        """Apply ``change(row, running number)`` to the rows and write them down under ``fault``."""
        for number, at in enumerate(positions):
            change(self.rows[at], number)
        self.taken |= set(positions)
        self.faults.setdefault(fault, []).extend(sorted(positions))

    def pick(self, rng: random.Random, count: int, fits: Callable[[Record], bool]) -> list[int]:
        """Pick rows that have no fault yet."""
        free = [i for i, row in enumerate(self.rows) if i not in self.taken and fits(row)]
        return sorted(rng.sample(free, count))

    def duplicate(self, positions: list[int], id_field: str) -> None:
        """Repeat rows at the end of the table under the same number."""
        first = len(self.rows)
        self.rows += [dict(self.rows[at], 备注=f"重复报送（{self.rows[at][id_field]}）") for at in positions]
        self.taken |= set(positions)
        self.faults["duplicated_id"] = list(range(first, len(self.rows)))

    def as_planted(self) -> dict[str, object]:
        """Return the account with 1-based row numbers, the heading not counted."""
        return {
            "rows": len(self.rows),
            "faults": {
                fault: {"count": len(rows), "rows": [at + 1 for at in rows]}
                for fault, rows in sorted(self.faults.items())
            },
        }


def damage_places(
    account: Account, rng: random.Random, counts: dict[str, int], fits: Callable[[Record], bool]
) -> None:
    """Swap, shift, empty and widen coordinates."""
    account.damage("swapped_coordinates", account.pick(rng, counts["swapped"], fits), _swap)
    account.damage("outside_district", account.pick(rng, counts["outside"], fits), _outside)
    account.damage("empty_coordinates", account.pick(rng, counts["empty"], fits), _empty)
    account.damage("full_width_digits", account.pick(rng, counts["full_width"], fits), _widen)


def damage_dates(account: Account, rng: random.Random, count: int, name: str, fits: Callable[[Record], bool]) -> None:
    """Put something that is no date where a date belongs."""

    def spoil(row: Record, number: int) -> None:
        row[name] = _NOT_DATES[number % len(_NOT_DATES)]

    account.damage("not_a_date", account.pick(rng, count, fits), spoil)


def damage_codes(account: Account, scientific: list[int], cut_off: list[int]) -> None:
    """Damage 16-digit codes as a spreadsheet does: scientific form, or the last digit lost and shown as 0."""

    def to_scientific(row: Record, _: int) -> None:
        row["标识码"] = f"{float(str(row['标识码'])):.5E}"

    def lose_last_digit(row: Record, _: int) -> None:
        row["标识码"] = str(row["标识码"])[:15] + "0"

    account.damage("code_in_scientific_form", scientific, to_scientific)
    account.damage("code_lost_last_digit", cut_off, lose_last_digit)


def _swap(row: Record, _: int) -> None:
    row["横坐标X"], row["纵坐标Y"] = row["纵坐标Y"], row["横坐标X"]


def _outside(row: Record, number: int) -> None:
    x, y = _OUTSIDE[number % len(_OUTSIDE)]
    row["横坐标X"], row["纵坐标Y"] = f"{x}", f"{y}"


def _empty(row: Record, number: int) -> None:
    row["横坐标X"] = ""
    if number % 2:
        row["纵坐标Y"] = ""


def _widen(row: Record, _: int) -> None:
    for name in ("横坐标X", "纵坐标Y"):
        row[name] = str(row[name]).translate(_FULL_WIDTH)
