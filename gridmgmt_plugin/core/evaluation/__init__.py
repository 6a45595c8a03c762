"""What the recorded cases prove of places, departments and persons: rates in time, scores, ranks."""

from __future__ import annotations
