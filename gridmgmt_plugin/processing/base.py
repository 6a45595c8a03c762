"""What all our algorithms share: name, group, icon, help, errors told in the user's language, cancel."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputDefinition,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QIcon

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import Cancelled, CapabilityError, GridError, TornReadError
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.redaction.mistakes import harmless
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.core.shapely_loading import load_shapely
from gridmgmt_plugin.core.titles import LAYERS, column_titles
from gridmgmt_plugin.processing import parameters
from gridmgmt_plugin.processing.call import Call
from gridmgmt_plugin.processing.help_texts import Help, help_of
from gridmgmt_plugin.project.abstract_qt import AbstractQt
from gridmgmt_plugin.project.files_in_use import files_of_project
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.project.manual import manual_page
from gridmgmt_plugin.project.postponed import outdate_all
from gridmgmt_plugin.project.settings import author

GROUPS = {
    "workspace": translatable("1 Workspace"),
    "grids": translatable("2 Grids"),
    "import": translatable("3 Import"),
    "people": translatable("4 Staff"),
    "analyse": translatable("5 Analysis"),
    "handover": translatable("6 Check and hand-over"),
}
# Times that a job begins anew because of a save before it has writers wait: for a file until it has read all, in a
# database until it has ended.
_TRIES = 2
_LAYER_TYPES = ("source", "multilayer")
_LAYERS_OUT = ("sink", "vectorDestination")


class GridAlgorithm(QgsProcessingAlgorithm, metaclass=AbstractQt):
    """One job as an algorithm; a subclass declares it, for the window too, and calls the job.

    ``KEY`` is the stable id and names the help; ``TITLE`` the English source of the title, ``ICON`` the icon and the
    key of the action in the window. Whoever ``NEEDS_WORKSPACE`` has ``WORKSPACE`` as its first parameter.

    Modules of subclasses are imported when QGIS starts and must stay light: the job is imported in :meth:`execute`.
    """

    KEY: ClassVar[str]
    TITLE: ClassVar[str]
    GROUP: ClassVar[str]
    ICON: ClassVar[str]
    NEEDS_WORKSPACE: ClassVar[bool] = True
    #: The action whose window does the same; "" where the algorithm is an action of the menu itself.
    WINDOW: ClassVar[str] = ""
    #: Which titles the columns of its layers have, see :mod:`gridmgmt_plugin.core.titles`.
    COLUMNS: ClassVar[str] = LAYERS

    #: Whether it may be done once more when others kept it from writing: nothing has gone out of the house by then.
    BEGINS_ANEW: ClassVar[bool] = True

    #: Set on one instance before a run: the job comes to its report and writes nothing into the workspace.
    rehearses = False

    #: Why the last run of this instance was refused; QGIS hands on only its sentence.
    refusal: GridError | None = None
    _untaken: GridError | None = None

    @property
    def writes(self) -> bool:
        """Tell whether it writes into the workspace: whatever does is signed."""
        return self.parameterDefinition("AUTHOR") is not None

    @abstractmethod
    def definitions(self) -> Iterable[QgsProcessingParameterDefinition]:
        """Return the parameters after ``WORKSPACE`` in the order of the dialog."""

    def results(self) -> Iterable[QgsProcessingOutputDefinition]:
        """Return the outputs besides those that destination parameters bring along."""
        return ()

    @abstractmethod
    def execute(self, call: Call) -> dict[str, Any]:
        """Do the work and return the outputs.

        :raises GridError: told to the user in his language.
        """

    @classmethod
    def tip(cls) -> str:
        """Return in one sentence of QGIS's language what the algorithm does: how its help begins."""
        return cls._help().summary

    def name(self) -> str:
        """Return the stable id within the provider."""
        return self.KEY

    def displayName(self) -> str:
        """Return the title in QGIS's language."""
        return tr(self.TITLE)

    def group(self) -> str:
        """Return the group's title; the numbers keep the order of the work in the toolbox."""
        return tr(GROUPS[self.GROUP])

    def groupId(self) -> str:
        """Return the stable id of the group."""
        return self.GROUP

    def icon(self) -> QIcon:
        """Return the icon of the same action in the window."""
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        """Return the path of the icon."""
        return str(resource_path(f"icons/{self.ICON}.svg"))

    def shortHelpString(self) -> str:
        """Return what QGIS shows beside the dialog."""
        named = (*self.outputDefinitions(), *self.parameterDefinitions())  # a parameter goes before its namesake
        titles = {d.name(): d.description() for d in (*self.parameterDefinitions(), *named)}
        return self._help().html(titles)

    def shortDescription(self) -> str:  # noqa: N802  QGIS's name
        """Return the tool tip in the toolbox."""
        return self.tip()

    def helpUrl(self) -> str:
        """Return the address of the manual's page, which the help button of QGIS's dialogs opens."""
        page = manual_page(self.KEY)
        return "" if page is None else page.as_uri()

    def createInstance(self) -> GridAlgorithm:
        """Return a fresh algorithm for one run."""
        return type(self)()

    def initAlgorithm(self, configuration: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002  QGIS's signature
        """Declare parameters and outputs, each with its help."""
        explained = self._help().parameters
        first = (parameters.workspace(),) if self.NEEDS_WORKSPACE else ()
        for definition in (*first, *self.definitions()):
            definition.setHelp(explained.get(definition.name(), ""))
            self.addParameter(definition)
        for output in self.results():
            self.addOutput(output)

    def canExecute(self) -> tuple[bool, str]:
        """Refuse in the dialog already where a library is missing."""
        try:
            _load_libraries()
        except CapabilityError as error:
            return False, error.text(language())
        return True, ""

    def prepareAlgorithm(
        self,
        parameters: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,  # noqa: ARG002  QGIS's signature
    ) -> bool:
        """Take what is needed of the project's layers while the thread that owns them is running."""
        self._inputs: dict[str, list[Any]] = {}
        self._untaken = None
        project = context.project()
        self._shown = [] if project is None else files_of_project(project)
        try:
            _load_libraries()
        except CapabilityError:
            return True  # told by processAlgorithm, as every other error
        from gridmgmt_plugin.processing.sources import take_input  # noqa: PLC0415  needs numpy

        for definition in self.parameterDefinitions():
            if definition.type() in _LAYER_TYPES:
                given = parameters.get(definition.name())
                values = given if isinstance(given, (list, tuple)) else [given]
                try:
                    taken = [take_input(value, context) for value in values]
                except GridError as error:
                    self._untaken = error  # told by processAlgorithm, too
                    return True
                self._inputs[definition.name()] = [one for one in taken if one is not None]
        return True

    def processAlgorithm(
        self, parameters: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the job; what is wrong is told in QGIS's language, what was cancelled gives no outputs."""
        call = Call(self, parameters, context, feedback, self._inputs)
        self._made: dict[str, Any] = {}
        self.refusal = None
        try:
            _load_libraries()
            if self._untaken is not None:
                raise self._untaken
            call.check_outputs(self._shown)
            if self.parameterDefinition("REPORT") is not None:
                call.check_report()
            self._made = self._in_one_state(call)
            return self._made
        except Cancelled as cancelled:
            call.tell(cancelled.message)
            return {}
        except GridError as error:
            self.refusal = error
            if "report" in error.message.details:
                call.refused(error.message.details["report"])
            raise QgsProcessingException(error.text(language())) from error
        except Exception as error:  # a mistake of ours, which QGIS tells with its text
            mistake = harmless(error, language())
        raise mistake

    def _in_one_state(self, call: Call) -> dict[str, Any]:
        """Do the work on one state of the workspace: again when somebody saved into the file while it was read, or
        changed in a database what it had read before it came to write.
        """
        for at in range(_TRIES):
            try:
                with call.reading():
                    return self.execute(call)
            except TornReadError:
                call.tell(Message("algorithm_reads_again", {}))
            except GridError as refused:
                if not call.state.may_begin_anew(self, refused):
                    raise
                call.tell(Message("algorithm_begins_anew" if at + 1 < _TRIES else "algorithm_asks_for_a_pause", {}))
        with call.reading(holds_off=True):
            return self.execute(call)

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Mapping[str, Any]:
        """Give the columns of the layers that came out their titles in QGIS's language, and dress the layers.

        What stands in memory for tables is not trusted any more after a job that writes.
        """
        if self.writes:
            outdate_all()
        titles = column_titles(self.COLUMNS, language())
        for definition in self.destinationParameterDefinitions():
            if definition.type() not in _LAYERS_OUT:
                continue
            address = getattr(self, "_made", {}).get(definition.name())
            layer = QgsProcessingUtils.mapLayerFromString(str(address), context) if address else None
            if isinstance(layer, QgsVectorLayer):
                for at, column in enumerate(layer.fields()):
                    if column.name() in titles:
                        layer.setFieldAlias(at, titles[column.name()])
                self.dress(definition.name(), layer)
        outputs: Mapping[str, Any] = super().postProcessAlgorithm(context, feedback)
        return outputs

    def dress(self, name: str, layer: QgsVectorLayer) -> None:
        """Style the layer that came out as ``name``, where it is shown: nothing unless the algorithm has a style."""

    @classmethod
    def _help(cls) -> Help:
        return help_of(cls.KEY, language())


def _load_libraries() -> None:
    """Make sure that what the jobs need is here and sound.

    :raises CapabilityError: ``library_missing`` or ``shapely_mixed_up``.
    """
    load_shapely()
    require_libraries()


def author_parameter() -> QgsProcessingParameterDefinition:
    """Return ``AUTHOR``, preset with what the user told the plugin once."""
    return parameters.author(author())


def number_output(name: str, title: str) -> QgsProcessingOutputDefinition:
    """Return an output that is a number."""
    return QgsProcessingOutputNumber(name, title)


def text_output(name: str, title: str) -> QgsProcessingOutputDefinition:
    """Return an output that is a text."""
    return QgsProcessingOutputString(name, title)


def file_output(name: str, title: str) -> QgsProcessingOutputDefinition:
    """Return an output that is the path of a file."""
    return QgsProcessingOutputFile(name, title)
