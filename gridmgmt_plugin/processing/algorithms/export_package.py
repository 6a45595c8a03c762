"""``exportpackage``: a checked grid scheme written as the package that a dispatch system imports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingOutputDefinition,
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
)

from gridmgmt_plugin.core.errors import GridError, InputError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.base import GridAlgorithm, author_parameter, file_output, text_output
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.folders import required_folder
from gridmgmt_plugin.project.i18n import language, locale_tag, tr, translatable

if TYPE_CHECKING:
    from gridmgmt_plugin.core.report import Report
    from gridmgmt_plugin.jobs.handover.export_package import ExportReport


class ExportPackage(GridAlgorithm):
    """See ``resources/help/exportpackage``."""

    KEY = "exportpackage"
    TITLE = translatable("Export package")
    GROUP = "handover"
    ICON = "export_package"

    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters."""
        formats = {"shp": "Shapefile", "gpkg": "GeoPackage", "geojson": "GeoJSON"}
        encodings = {"UTF-8": "UTF-8", "GBK": "GBK"}
        yield parameters.text("SCHEME", tr("Grid scheme (key, such as cg)"), optional=False)
        yield parameters.folder("FOLDER", tr("Folder for the package"))
        yield parameters.text("PROFILE", tr("Receiver profile (name, file or JSON text)"))
        yield parameters.choices("FORMATS", tr("Formats of the layers"), formats, usual=("shp",))
        yield parameters.choice("ENCODING", tr("Text encoding of shapefiles"), encodings, optional=True)
        yield QgsProcessingParameterCrs("TARGET_CRS", tr("Reference system of the package"), optional=True)
        yield parameters.moment("EFFECTIVE_FROM", tr("In force from"), with_time=False)
        yield parameters.text("NOTE", tr("Note to the receiver"))
        contacts = parameters.flag("WITH_CONTACTS", tr("Hand over contacts that may be published"))
        yield parameters.advanced(contacts)
        sheet = parameters.file_out("SHEET", tr("Sheet of what changes for people"), "PDF (*.pdf)", optional=True)
        yield parameters.advanced(sheet)
        yield parameters.advanced(parameters.flag("PREVIEW", tr("Write the sheet only; hand nothing over")))
        yield author_parameter()
        yield parameters.report()

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs."""
        yield file_output("PACKAGE", tr("Package (zip)"))
        yield file_output("MANIFEST", tr("Manifest"))
        yield text_output("RELEASE", tr("Release number"))
        yield file_output("HANDOVER_SHEET", tr("Hand-over sheet to sign"))

    def execute(self, call: Call) -> dict[str, Any]:
        """Check, write, read back and hand over."""
        from gridmgmt_plugin.jobs.handover.export_package import export_package  # noqa: PLC0415  heavy

        if call.flag("PREVIEW") and not call.is_given("SHEET"):
            raise InputError("sheet_place_missing")  # else nothing would come of it at all
        sheet = self._sheet(call) if call.is_given("SHEET") or call.flag("PREVIEW") else None
        if sheet is not None and call.flag("PREVIEW"):
            return sheet
        exported = export_package(
            call.workspace(),
            scheme=call.required_text("SCHEME"),
            folder=required_folder(call, "FOLDER"),
            formats=call.choices("FORMATS") or None,
            encoding=call.choice_if_given("ENCODING"),
            target_crs=call.crs("TARGET_CRS"),
            profile=self._profile(call),
            note=call.text("NOTE") or "",
            effective_from=call.moment("EFFECTIVE_FROM"),
            with_contacts=call.flag("WITH_CONTACTS"),
            author=call.author(),
            language=locale_tag(),
            progress=call.progress,
        )
        paper, report = self._to_sign(exported)
        return {
            **(sheet or {}),
            **paper,
            "PACKAGE": str(exported.package),
            "MANIFEST": str(exported.manifest),
            "RELEASE": exported.release,
            "REPORT": call.report(report),
        }

    @staticmethod
    def _to_sign(exported: ExportReport) -> tuple[dict[str, Any], Report]:
        """Write the hand-over sheet; the package is out by then, so what hinders the sheet is told beside it."""
        from gridmgmt_plugin.exchange.package.profile import package_specs  # noqa: PLC0415  heavy
        from gridmgmt_plugin.project.papers.handover_sheet import write_handover_sheet  # noqa: PLC0415  needs fonts

        report = exported.report()
        titles = {name: spec.label(language()) for name, spec in package_specs().items()}
        try:
            path = write_handover_sheet(exported.package, exported.manifest, tr("Folder and zip"), titles)
        except GridError as error:
            missing = Message("handover_sheet_not_written", {"reason": error.message})
            return {}, replace(report, notes=(*report.notes, missing))
        return {"HANDOVER_SHEET": str(path)}, report

    @staticmethod
    def _profile(call: Call) -> Mapping[str, Any]:
        """Return the receiver profile that a name, a file or JSON text means."""
        from gridmgmt_plugin.jobs.receivers.receiver_profiles import chosen_profile  # noqa: PLC0415  heavy

        given = call.text("PROFILE")
        typed = given is not None and given.startswith(("{", "["))
        return chosen_profile(call.workspace(), call.json("PROFILE") if typed else given, locale_tag())

    def _sheet(self, call: Call) -> dict[str, Any]:
        """Tell what will change for people, and write the sheet to sign where one is asked for."""
        from gridmgmt_plugin.jobs.handover.foretell import foretell, foretell_report  # noqa: PLC0415  heavy
        from gridmgmt_plugin.project.papers.change_sheet import write_change_sheet  # noqa: PLC0415  needs fonts

        workspace = call.workspace()
        told = foretell(
            workspace,
            scheme=call.required_text("SCHEME"),
            folder=required_folder(call, "FOLDER"),
            formats=call.choices("FORMATS") or None,
            encoding=call.choice_if_given("ENCODING"),
            target_crs=call.crs("TARGET_CRS"),
            profile=self._profile(call),
            effective_from=call.moment("EFFECTIVE_FROM"),
            language=locale_tag(),
            progress=call.progress,
        )
        made = {}
        if call.is_given("SHEET"):
            path = Path(call.output_path("SHEET"))
            info = workspace.info
            write_change_sheet(told, path, info.county_name or info.county_code, info.classification)
            made["SHEET"] = str(path)
        return {**made, "REPORT": call.report(foretell_report(told))} if call.flag("PREVIEW") else made
