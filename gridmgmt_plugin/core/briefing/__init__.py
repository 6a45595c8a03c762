"""The briefing of a period (简报): every figure once, and the tables, charts, map and page that are made of it."""
