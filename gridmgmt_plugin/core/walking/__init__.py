"""Ways on foot along streets, and who is nearest that way."""
