"""Grid schemes in the window: what there is of each, and what can be done with them."""
