"""Every job in a Chinese QGIS, one after the other over the sample: what it logs, reports and lists is Chinese."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsSettings

from gridmgmt_plugin.gui.frame.outcome import Outcome, outcome_message
from gridmgmt_plugin.gui.frame.report_dialog import report_html
from gridmgmt_plugin.project.i18n import Translation
from tests.few_workbooks import _few_workbooks  # noqa: F401  fixture
from tests.foreign_words import foreign
from tests.http_server import serving
from tests.qgis.processing.test_processing_postgis import _through_everything
from tests.qgis.small_district import Listener

pytestmark = pytest.mark.proof
#: A layer in a file that goes out and comes back, which the planner must find again.
NAMES = re.compile(r"component_sent|components\.gpkg")


@pytest.fixture
def chinese(qgis_app, processing):
    settings, translation = QgsSettings(), Translation()
    settings.setValue("locale/overrideFlag", True)
    settings.setValue("locale/userLocale", "zh_CN")
    translation.install()
    yield
    translation.remove()
    settings.remove("locale")


def test_no_job_says_a_word_of_english(chinese, run, postgis, tmp_path):
    said = []

    def ran(algorithm, **parameters):
        listener = Listener()
        results = run(algorithm, feedback=listener, **parameters)
        lines = [line for line in (*listener.infos, *listener.warnings) if not line.startswith(("{", "Results:"))]
        outcome = Outcome.of("", results)
        lines += [report_html(outcome), outcome_message(outcome).text("zh")]
        said.extend((algorithm, line) for line in lines)
        return results

    front = postgis.location()
    with serving() as web:
        _through_everything(ran, tmp_path / "网格库.gpkg", tmp_path, front, web.address)
    postgis.drop(front.schema)
    for path in tmp_path.rglob("report*.csv"):
        said += [(path.name, line) for line in path.read_text(encoding="utf-8-sig").splitlines()]
    found = ((where, foreign(NAMES.sub("", text), "zh")) for where, text in said)
    wrong = {f"{where}: {word}" for where, word in found if word}
    assert len({where for where, _ in said}) > 50
    assert not wrong, "\n".join(sorted(wrong))
