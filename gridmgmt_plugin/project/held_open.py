"""A workspace file that is held open for a while, so that QGIS opens it once for many layers.

To learn what may be edited QGIS opens a file for writing for each layer and closes it again, unless another layer has
it open so. With 33 tables in a file, that is half of the time that the layers take.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsVectorLayer

from gridmgmt_plugin.workspace.gpkg.gdal_manner import quiet_gdal
from gridmgmt_plugin.workspace.location import GeoPackageLocation, Location
from gridmgmt_plugin.workspace.schema import tables

# QGIS shares an opening only between layers with the same options, and looks at a file with this word of its own,
# which leaves the journal as it is. GDAL does not know it and would warn.
_AS_QGIS_LOOKS = "option:DO_NOT_ENABLE_WAL=ON"


@contextmanager
def held_open(place: Location) -> Iterator[None]:
    """Let QGIS share one opening among the layers that are opened in the block; nothing is locked or written.

    What cannot be held (a database, a file that may not be written or is not there) is opened layer by layer as ever.
    """
    if not isinstance(place, GeoPackageLocation):
        yield
        return
    with quiet_gdal():
        layer = QgsVectorLayer(f"{place.path}|layername={next(iter(tables()))}|{_AS_QGIS_LOOKS}", "", "ogr")
        held = layer.isValid() and layer.dataProvider().enterUpdateMode()
    try:
        yield
    finally:
        if held:
            with quiet_gdal():
                layer.dataProvider().leaveUpdateMode()
