"""A package taken into a workspace: what it says of every table, what of it is new, and what it could not bring."""
