"""What QGIS's expressions can ask of the open workspace: codes, names, who is on duty, who answers."""
