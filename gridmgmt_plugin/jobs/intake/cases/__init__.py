"""Cases on their way in: prepared, kept in parts where a file is large, and written at once."""
