"""Packages that come back or come from another hand: unpacked with care, and what is in them recognised."""
