"""News of a schema where a server's notifications do not reach us: what is stored is looked at every few seconds."""
