"""What the workspace keeps of a hand-over: valid codes, the frozen release, and what a crash left open."""
