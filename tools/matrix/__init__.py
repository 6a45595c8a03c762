"""Demo and tests in throw-away roots of every Debian that is served."""
