"""One module per thing that a planner asks for: plain inputs in, a report out, progress and cancel on the way."""
