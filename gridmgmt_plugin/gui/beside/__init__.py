"""What colleagues do beside us in the same workspace."""
