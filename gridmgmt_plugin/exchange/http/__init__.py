"""A package as requests over HTTP: what is sent, how it is tried again, what was answered."""
