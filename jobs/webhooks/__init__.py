"""Tells the addresses of hooks what became public, changed or was withdrawn: in order by post, until they took it."""
