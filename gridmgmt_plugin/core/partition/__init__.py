"""Unit grids from streets: cut administrative areas into seamless cells of about the target area."""

from gridmgmt_plugin.core.partition.model import (
    AreaLayer,
    CompoundLayer,
    Partition,
    PartitionOptions,
    StreetLayer,
    TargetProfile,
)
from gridmgmt_plugin.core.partition.run import partition_areas
from gridmgmt_plugin.core.partition.street_grades import grade_of_streets

__all__ = [
    "AreaLayer",
    "CompoundLayer",
    "Partition",
    "PartitionOptions",
    "StreetLayer",
    "TargetProfile",
    "grade_of_streets",
    "partition_areas",
]
