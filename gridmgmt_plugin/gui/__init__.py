"""What the planner sees and clicks in the QGIS window."""
