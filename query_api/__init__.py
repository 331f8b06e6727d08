"""Reads: read models over HTTP, by a role that can only select."""
