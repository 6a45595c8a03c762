"""People in the window: the staffing board, a person dragged onto a place, and who answers for a place."""
