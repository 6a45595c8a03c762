"""Which unit grid belongs to which responsibility grid of one scheme, in memory, while a planner paints."""
