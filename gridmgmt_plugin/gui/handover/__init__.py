"""Releases in the window: a list of them per receiver, what was done with each, what can be done now."""
