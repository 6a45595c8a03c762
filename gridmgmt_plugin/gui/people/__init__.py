"""Staff in the window: the staffing board, and a person dragged onto a place."""
