"""Ledgers (台账) that a city keeps beside components: how each is read and drawn, and how its items stand."""
