"""Inspections of street-lanes in the window."""
