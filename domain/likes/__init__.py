"""Likes: who liked which post."""
