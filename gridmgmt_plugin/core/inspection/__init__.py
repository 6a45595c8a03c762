"""Inspections of street-lanes: the checklists, what a round gave, and what follows for a lane's standing."""
