"""Webhooks: addresses elsewhere that are told what becomes public, changes or is withdrawn."""
