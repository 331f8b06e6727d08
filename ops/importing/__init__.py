"""Markdown with front matter, from files to commands."""
