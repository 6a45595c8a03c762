"""Progress and cancel on the way through a long computation, without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable

from gridmgmt_plugin.core.errors import Cancelled


class Progress:
    """Tell how far a job is (0 … 1) and learn whether the user wants it to stop.

    Without arguments it is silent and never cancelled, which is what tests and scripts want.
    """

    def __init__(
        self,
        on_fraction: Callable[[float], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._on_fraction = on_fraction
        self._is_cancelled = is_cancelled

    def report(self, fraction: float) -> None:
        """Say that ``fraction`` (0 … 1) of the work is done.

        :raises Cancelled: when the user asked to stop.
        """
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled
        if self._on_fraction is not None:
            self._on_fraction(min(max(fraction, 0.0), 1.0))

    def part(self, start: float, end: float) -> Progress:
        """Return a progress whose 0 … 1 is ``start`` … ``end`` of this one, for a step of the job."""

        def forward(fraction: float) -> None:
            if self._on_fraction is not None:
                self._on_fraction(start + (end - start) * fraction)

        return Progress(forward, self._is_cancelled)
