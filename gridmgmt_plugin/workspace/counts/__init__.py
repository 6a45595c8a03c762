"""How much lies in each unit grid and on each lane: counted once, and then only where something has changed."""
