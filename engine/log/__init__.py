"""The event log: append, read, claims, idempotency, upcasting, encryption."""
