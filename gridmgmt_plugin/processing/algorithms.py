"""The algorithms that the provider offers, in the order of the work.

A module of an algorithm must be light: it imports its job when it runs, so that QGIS starts quickly and the list
is there even where a library is missing.
"""

from __future__ import annotations

from qgis.core import QgsProcessingAlgorithm

ALGORITHMS: tuple[type[QgsProcessingAlgorithm], ...] = ()
