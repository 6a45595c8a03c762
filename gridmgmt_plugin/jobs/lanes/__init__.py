"""Street-lanes from street segments."""
