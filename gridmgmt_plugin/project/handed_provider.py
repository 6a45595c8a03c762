"""A layer that stands in the window reads through a provider that was made in another thread.

QGIS makes the provider of a layer where the layer is told its source: in the window's thread, which stands still as
long as a server is asked. But it lets whoever registers a kind of provider make it, and takes what he returns. So a
kind of ours hands over a provider that stands already, and the layer stays the same object, with its forms, styles
and relations. (From QGIS 3.32 on ``readLayerXml`` takes such a provider too; 3.22 knows nothing of the kind.)
"""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsApplication,
    QgsDataProvider,
    QgsProviderMetadata,
    QgsProviderRegistry,
    QgsVectorDataProvider,
    QgsVectorLayer,
)
from qgis.PyQt import sip

_KEY = "gridmgmt_handed_over"


class _HandingOver:
    """``ready``: the provider that the next layer of our kind is to have."""

    def __init__(self) -> None:
        self.ready: QgsVectorDataProvider | None = None
        self._kind = _Kind(self)
        QgsProviderRegistry.instance().registerProvider(self._kind)


class _Kind(QgsProviderMetadata):
    """Makes no provider but gives the one that is ready."""

    def __init__(self, handing: _HandingOver) -> None:
        super().__init__(_KEY, "Hands over a provider that was made in another thread")
        self._handing = handing

    def createProvider(self, *_: Any) -> QgsVectorDataProvider | None:  # noqa: N802  QGIS's name
        """Return what is ready, which belongs to the layer from then on."""
        ready, self._handing.ready = self._handing.ready, None
        return ready


def take_over(layer: QgsVectorLayer, source: str, provider: QgsVectorDataProvider) -> None:
    """Have a layer read through a provider from now on, as if it had opened the source itself.

    :param layer: one that was made in Python: QGIS lets nobody else say what kind of provider it has.
    :param source: what the provider was made for.
    :param provider: valid, of this thread, and in nobody's hands.
    """
    _handing().ready = provider
    layer.setDataSource(source, layer.name(), _KEY, QgsDataProvider.ProviderOptions())
    _is_handed_over(provider, layer)


def layer_through(source: str, title: str, provider: QgsVectorDataProvider) -> QgsVectorLayer:
    """Return a new layer that reads through a provider; see :func:`take_over`."""
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = False
    _handing().ready = provider
    layer = QgsVectorLayer(source, title, _KEY, options)
    _is_handed_over(provider, layer)
    return layer


def _is_handed_over(provider: QgsVectorDataProvider, layer: QgsVectorLayer) -> None:
    """Have the provider be the layer's own, for QGIS and for Python.

    Python would keep what it knows of it for ever, and take for it what is made at its place in memory afterwards.
    """
    layer.setProviderType(provider.name())
    sip.transferto(provider, None)


def _handing() -> Any:
    """Return what the program keeps: QGIS registers a kind once, and forgets its Python half by itself. One that was
    there before the plugin was loaded anew serves on.
    """
    program = QgsApplication.instance()
    if program.property(_KEY) is None:
        program.setProperty(_KEY, _HandingOver())
    return program.property(_KEY)
