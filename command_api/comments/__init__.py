"""Doors to comments."""
