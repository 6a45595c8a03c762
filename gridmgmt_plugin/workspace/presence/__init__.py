"""Who edits where in a workspace that several people have open: what they tell each other, and what is heard."""
