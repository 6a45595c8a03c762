"""A checked release: what goes into a package, what changed, and the ledger of what was handed to whom."""
