"""A workspace in a database, opened over a network that takes its time, closed, and opened again.

    python -m tests.bench.opening 20 80         round trips in ms

Told of each opening: the messages that were waited for and the seconds until the map is drawn, and how long the
window stood still at most; then the same for a table that the planner turns to, and until every table is opened, but
for lists of names and for those without rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QTimer

from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.opening.server_wait import ServerWait
from gridmgmt_plugin.project.postponed import is_postponed, knows_all_rows
from gridmgmt_plugin.project.shown_workspace import shown_layers
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.patience import this_thread_draws_the_window
from tests.bench.district import bench_workspace
from tests.network_proxy import NetworkApart
from tests.postgis_cluster import Cluster
from tests.qgis.workspace_window import MapIface

_SIDE, _POINTS = 40, 2_000


class _Turn:
    """One opening, from the click on."""

    def __init__(self, network: NetworkApart) -> None:
        self._network, self._begun = network, time.monotonic()
        self._last, self._stood_still = self._begun, 0.0
        network.set("messages", 0)
        # The loop itself says little: one turn of it may be several layers, with the planner's clicks in between.
        self._beat = QTimer()
        self._beat.timeout.connect(self._look)
        self._beat.start(5)

    def _look(self) -> None:
        last, self._last = self._last, time.monotonic()
        self._stood_still = max(self._stood_still, self._last - last)

    def wait(self, what: str, until: Callable[[], object]) -> None:
        """Let the window live until something holds, and tell what it took."""
        is_there = False
        while not is_there:
            QgsApplication.processEvents()
            time.sleep(0.002)
            is_there = bool(until())
        took, messages = time.monotonic() - self._begun, self._network.ask("messages")
        sys.stdout.write(f"  {what}: {messages} messages, {took:.1f} s, stood still {self._stood_still:.2f} s\n")
        self._stood_still = 0.0


def _open(shell: Shell, iface: MapIface, far: PostgresLocation, network: NetworkApart) -> None:
    told: list[object] = []
    turn = _Turn(network)
    shell.session.open(far, told.append)
    turn.wait("layers stand", lambda: told)
    end = time.monotonic() + 0.05  # the map begins to be drawn
    turn.wait("map is drawn", lambda: time.monotonic() > end and not iface.mapCanvas().isDrawing())
    lanes = shown_layers(QgsProject.instance())["lane"]
    iface.layerTreeView().setCurrentLayer(lanes)
    turn.wait("lanes are turned to", lambda: not is_postponed(lanes))
    turn.wait("all tables are opened", lambda: all(is_postponed(one) <= knows_all_rows(one) for one in _layers()))
    shell.session.close_workspace()


def _layers() -> list:
    return list(shown_layers(QgsProject.instance()).values())


def main(round_trips_ms: list[float]) -> None:
    """Print what openings cost at each round trip."""
    application = QgsApplication([], True)
    application.initQgis()
    iface = MapIface()
    iface.mainWindow().resize(1200, 900)
    iface.mainWindow().show()
    this_thread_draws_the_window(ServerWait(iface.mainWindow()))
    shell = Shell(iface, [])
    shell.build()
    cluster = Cluster().start()
    try:
        place = cluster.location("bench")
        bench_workspace(place, _SIDE, _POINTS)
        for round_trip_ms in round_trips_ms:
            with NetworkApart(cluster.port, round_trip_ms / 2000) as network:
                for what in ("opened", "opened again"):
                    sys.stdout.write(f"{round_trip_ms:g} ms, {what}\n")
                    _open(shell, iface, replace(place, port=network.port), network)
    finally:
        shell.take_down()
        cluster.stop()


if __name__ == "__main__":
    main([float(given) for given in sys.argv[1:]] or [20.0, 80.0])
