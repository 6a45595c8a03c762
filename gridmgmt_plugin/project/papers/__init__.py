"""Papers as QGIS layouts: templates that a city restyles, the layers that their maps show, pages written as PDF."""
