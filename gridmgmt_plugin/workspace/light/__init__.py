"""What can be read without numpy, shapely or GDAL: the tree of a workspace and its figures."""
