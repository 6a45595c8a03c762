"""Ledgers in the window: a list of them with their figures, their items, what can be done with them."""
