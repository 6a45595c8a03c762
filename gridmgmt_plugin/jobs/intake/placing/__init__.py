"""Rows without coordinates on their way in, and cases that wait for a planner to say where they lie."""
