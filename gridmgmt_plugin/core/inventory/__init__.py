"""The inventory of components (部件清查): read once into arrays, then counted by class, place, state and owner."""
