"""What the menu offers for checking a workspace and handing it over."""

from __future__ import annotations

from gridmgmt_plugin.gui.frame.action_spec import WORKING, ActionSpec, algorithm_action
from gridmgmt_plugin.processing.algorithms.analysis.coverage import TellCoverage
from gridmgmt_plugin.processing.algorithms.compare_states import CompareStates
from gridmgmt_plugin.processing.algorithms.export_package import ExportPackage
from gridmgmt_plugin.processing.algorithms.handover.deliver_http import DeliverHttp
from gridmgmt_plugin.processing.algorithms.handover.deliver_postgis import DeliverPostgis
from gridmgmt_plugin.processing.algorithms.handover.import_package import ImportPackage
from gridmgmt_plugin.processing.algorithms.handover.import_receipt import ImportReceipt
from gridmgmt_plugin.processing.algorithms.people.listed import DutyCoverage
from gridmgmt_plugin.processing.algorithms.validate import Validate
from gridmgmt_plugin.project.i18n import translatable

#: The group of these actions.
HANDOVER = "handover"

HANDOVER_ACTIONS: tuple[ActionSpec, ...] = (
    algorithm_action(Validate, "C"),
    algorithm_action(TellCoverage, "Y", on_toolbar=False),
    algorithm_action(DutyCoverage, "G", on_toolbar=False),
    algorithm_action(CompareStates, "M"),
    ActionSpec(
        "issues",
        HANDOVER,
        translatable("Issue list"),
        translatable("Show or hide the list of what a check found: walk through it, fix, exempt, export"),
        WORKING,
        checkable=True,
        mnemonic="I",
    ),
    ActionSpec(
        "handover_guide",
        HANDOVER,
        translatable("Hand-over step by step"),
        translatable(
            "Check, receiver and target, what changes, the release, delivery and receipt: one after the other"
        ),
        WORKING,
        asks=True,
        on_toolbar=False,
        mnemonic="H",
    ),
    algorithm_action(ExportPackage, "E"),
    algorithm_action(ImportPackage, "K", on_toolbar=False),
    algorithm_action(ImportReceipt, "R", on_toolbar=False),
    algorithm_action(DeliverPostgis, "D", on_toolbar=False),
    algorithm_action(DeliverHttp, "W", on_toolbar=False),
    ActionSpec(
        "releases",
        HANDOVER,
        translatable("Releases"),
        translatable("What was handed over to whom, what they answered, what is in force; compare two of them"),
        WORKING,
        checkable=True,
        on_toolbar=False,
        mnemonic="S",
    ),
    ActionSpec(
        "receiver_profiles",
        HANDOVER,
        translatable("Receiver profiles"),
        translatable(
            "What each receiver wants: layers, names, fields, forms of values, its own codes; with a preview"
        ),
        WORKING,
        asks=True,
        on_toolbar=False,
        mnemonic="P",
    ),
)
