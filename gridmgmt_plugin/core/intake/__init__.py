"""What comes in with files, whatever reads them."""
