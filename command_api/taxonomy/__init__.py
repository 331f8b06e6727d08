"""Doors to categories and tags."""
