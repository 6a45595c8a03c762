"""Rows that two planners changed: both versions side by side, what is chosen of them, and how it is carried out."""
