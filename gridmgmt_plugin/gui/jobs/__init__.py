"""Dialogs of jobs: a few fields first, a file's columns proposed, what will happen told before it happens."""
