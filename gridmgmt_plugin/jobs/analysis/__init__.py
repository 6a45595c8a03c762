"""Where cases pile up."""
