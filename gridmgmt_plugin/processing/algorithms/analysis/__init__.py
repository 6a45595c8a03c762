"""Algorithms that read cases: hot spots, what comes back, evaluation."""

from __future__ import annotations
