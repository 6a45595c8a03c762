"""The map in the window: the choice of the theme, and what keeps the map true while people edit."""
