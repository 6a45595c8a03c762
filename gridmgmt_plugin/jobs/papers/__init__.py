"""Papers about street-lanes: what stands on each page, and the PDF that comes of it."""
