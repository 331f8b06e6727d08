"""Doors to posts."""
