"""Seeded, realistic events: who writes, what they write, what they do with it."""
