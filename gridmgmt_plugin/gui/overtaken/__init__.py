"""The window in which a planner settles what a colleague saved meanwhile."""
