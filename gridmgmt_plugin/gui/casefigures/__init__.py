"""A manager's figures in the window: the cases of a period as numbers, charts and ranked places."""
