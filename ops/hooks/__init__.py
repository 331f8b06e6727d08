"""Webhooks as an operator sees them: how they fare, what was sent, and telling a time again."""
