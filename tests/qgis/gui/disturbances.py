"""What goes on beside a planner's deed: another program writes, an attribute table is open."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing, contextmanager

from qgis.core import QgsVectorLayer, QgsVectorLayerCache
from qgis.gui import QgsAttributeTableModel
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QWidget

_HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_writes(location, server, table):
    """Have another program write into a file, or into a table of a server, in the block; what it yields lets go."""
    if server is None:
        command = [sys.executable, "-c", _HOLDER, str(location.path)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
            assert holder.stdout.readline() == "held\n"
            yield holder.stdin.close
            holder.stdin.close()
        return
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {location.schema}.{table} IN EXCLUSIVE MODE")
        yield connection.rollback


@contextmanager
def attribute_table(layer):
    """Give what QGIS's attribute table of a layer shows while it is open beside what is done: its model and cache."""
    cache = QgsVectorLayerCache(layer, 10_000)
    cache.setCacheGeometry(False)
    window = QWidget()  # as in QGIS, where the table's window owns its model
    model = QgsAttributeTableModel(cache, window)
    model.loadLayer()

    def rows():
        columns = range(1, model.columnCount())
        return sorted(
            repr([str(model.data(model.index(row, column), Qt.ItemDataRole.EditRole)) for column in columns])
            for row in range(model.rowCount())
        )

    yield rows
    window.deleteLater()
    cache.deleteLater()


def stored_rows(layer):
    """Return the rows of a layer's table as QGIS reads them afresh, as the attribute table shows them."""
    fresh = QgsVectorLayer(layer.source(), layer.name(), layer.providerType())
    return sorted(repr([str(value) for value in feature.attributes()[1:]]) for feature in fresh.getFeatures())
