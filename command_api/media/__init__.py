"""Doors to media."""
