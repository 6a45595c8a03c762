"""Tests of several folders in one process share one QGIS."""

from tests.qgis.application import running_app


def test_every_folder_is_given_the_same_application(qgis_app):
    assert running_app() is qgis_app
