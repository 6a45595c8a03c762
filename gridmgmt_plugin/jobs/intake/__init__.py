"""Cases, components and tables as offices send them, row by row."""
