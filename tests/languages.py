"""The languages in which every sentence for the user stands."""

from __future__ import annotations

LANGUAGES = ("zh", "en")
