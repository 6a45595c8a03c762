"""Street-lanes on the map: our gestures as one undo step each, codes that are provisional until the save."""
