"""Street-lanes under QGIS's temporal controller: those of the day, to their last; in files and databases."""

from __future__ import annotations

import pytest
from qgis.core import QgsDateTimeRange, QgsFeatureRequest, QgsVectorLayerTemporalContext
from qgis.PyQt.QtCore import QDate, QDateTime, QTime

from gridmgmt_plugin.project.layers import open_layers
from tests.jobs.lanes.officer_quarter import EAST, FAR, GONE, SOUTH, WEST, officer_quarter
from tests.workspace.places import KINDS, place_of


@pytest.mark.parametrize("kind", KINDS)
def test_lanes_are_drawn_from_their_first_day_to_their_last_and_without_ends_always(
    kind, qgis_app, tmp_path, request
):
    with place_of(kind, tmp_path, request) as place:
        workspace = officer_quarter(place.location)
        with workspace.transaction("", "test") as transaction:
            lane = workspace.read("lane", where={"code": FAR}, geometry=False)
            transaction.update("lane", lane.with_columns(valid_from=["2025-01-01"]), derived=True)
        layers = open_layers(workspace, "en")
        lanes = layers["lane"]
        context = QgsVectorLayerTemporalContext()
        context.setLayer(lanes)
        there = {}
        for day in ("2024-12-31", "2025-01-01"):
            begin = QDateTime(QDate.fromString(day, "yyyy-MM-dd"), QTime(0, 0))
            span = QgsDateTimeRange(begin, begin.addDays(1), True, False)
            text = lanes.temporalProperties().createFilterString(context, span)
            request_of_day = QgsFeatureRequest().setFilterExpression(text)
            there[day] = {feature["code"] for feature in lanes.getFeatures(request_of_day)}
        assert there == {"2024-12-31": {EAST, WEST, SOUTH, GONE}, "2025-01-01": {EAST, WEST, SOUTH, FAR}}
        posts = layers["post"].temporalProperties()
        assert (posts.isActive(), posts.startField(), posts.endField()) == (True, "valid_from", "valid_to")
