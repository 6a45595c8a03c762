"""The map of a workspace: styles, symbols, map themes, the chosen grid scheme, the groups of the layer tree."""
