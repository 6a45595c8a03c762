"""Bringing a workspace to a newer version while others have it open: who is told what, and who answers."""
