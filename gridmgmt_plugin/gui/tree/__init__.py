"""The dock with the tree of places, and its search box."""
