"""The same trouble at the same place again: places, returns after a closing, and whether chance explains them."""

from __future__ import annotations
