"""Figures of cases: read once into arrays, then chosen by period, class, source and status and counted at once."""
