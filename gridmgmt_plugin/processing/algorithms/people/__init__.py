"""Algorithms about people: posts and staffing, duty and owners."""
