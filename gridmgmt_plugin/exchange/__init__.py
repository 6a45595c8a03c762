"""Files in and out: tables and layers that offices send, packages that the dispatch system imports."""
