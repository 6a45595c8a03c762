"""What everybody who has the same workspace open is told: what was written, and what else there is to tell."""
