"""What papers are made of beside their text: codes that a phone reads, and texts of a PDF that can be searched."""
