"""Inspections of street-lanes: taken in, judged, drawn by lot, sent out into the lanes and read back."""
