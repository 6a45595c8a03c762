"""Duty zones drawn with the gestures for cells."""
