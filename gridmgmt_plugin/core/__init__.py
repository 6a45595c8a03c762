"""What a grid, a lane, a case is: geometry, codes, statistics, checks. No QGIS, no Qt, no files of users."""
