"""A release in the database that a dispatch system asks: tables, the function that answers, loading, proof."""
