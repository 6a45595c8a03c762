"""Posts in and out, and who answers for a place."""
