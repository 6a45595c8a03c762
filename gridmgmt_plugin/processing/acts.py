"""Algorithms whose outputs are a count and the report: what their parameters, outputs and runs have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import QgsProcessingOutputDefinition, QgsProcessingParameterDefinition

from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, number_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.project.i18n import tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report


class ReportedAct(GridAlgorithm):
    """An act in one transaction, told by its report.

    ``COUNTED``: what ``COUNT`` counts; ``FIGURE``: the figure of the report that it is, "" for what was accepted.
    ``LEFT_OUT``: what ``REJECTED`` counts, "" where there is no such output.
    """

    COUNTED: ClassVar[str]
    FIGURE: ClassVar[str] = ""
    LEFT_OUT: ClassVar[str] = ""

    @abstractmethod
    def asked(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters of this act."""

    @abstractmethod
    def act(self, call: Call, given: dict[str, Any]) -> Report:
        """Carry it out; ``given`` is what every such act is given: :meth:`given`."""

    def given(self, call: Call) -> dict[str, Any]:
        """Return what every such act is given: author and progress."""
        return {"author": call.author(), "progress": call.progress}

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self.asked()
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield number_output("COUNT", tr(self.COUNTED))
        if self.LEFT_OUT:
            yield number_output("REJECTED", tr(self.LEFT_OUT))

    def execute(self, call: Call) -> dict[str, Any]:
        """Carry it out."""
        report = self.act(call, self.given(call))
        return {**self.counts(report), "REPORT": call.report(report)}

    def counts(self, report: Report) -> dict[str, Any]:
        """Return the outputs that are numbers."""
        count = report.figures[self.FIGURE] if self.FIGURE else report.accepted
        return {"COUNT": count, **({"REJECTED": report.rejected} if self.LEFT_OUT else {})}


class ActOnADay(ReportedAct):
    """An act about people that holds from the day ``ON``."""

    GROUP = "people"

    def given(self, call: Call) -> dict[str, Any]:
        """Return what every such act is given: day, author and progress."""
        return {"on": call.moment("ON"), **super().given(call)}


class TableImport(ReportedAct):
    """Rows of a table that are taken in, brought up to date, or refused one by one."""

    GROUP = "import"
    COUNTED = translatable("Rows taken")
    LEFT_OUT = translatable("Rows not taken")
    #: What ``UPDATED`` counts.
    RENEWED: ClassVar[str] = translatable("Rows updated")

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        yield from self.asked()
        yield from parameters.table_reading()
        yield author_parameter()
        yield parameters.report()

    def given(self, call: Call) -> dict[str, Any]:
        """Return what every such act is given: columns, mode, author and progress."""
        more = {"field_map": call.json("FIELD_MAP"), "mode": call.choice("MODE")}
        return {**more, **super().given(call)}

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        taken, left_out = super().results()
        return (taken, number_output("UPDATED", tr(self.RENEWED)), left_out)

    def counts(self, report: Report) -> dict[str, Any]:
        """Return the outputs that are numbers."""
        return {**super().counts(report), "UPDATED": report.figures["updated"]}
