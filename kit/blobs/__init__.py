"""Bytes beside the log, each under its SHA-256."""
