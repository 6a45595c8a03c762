"""One module per algorithm: its parameters, and the job that it calls."""
