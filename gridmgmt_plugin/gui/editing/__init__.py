"""Drawing and editing unit grids on the map: one map tool per gesture, and the conversation about a save."""
