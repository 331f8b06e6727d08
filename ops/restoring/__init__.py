"""Putting a backup in the place of a log."""
