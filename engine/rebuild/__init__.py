"""Builds a generation of a read model from the log: in bulk, key by key, beside what is served."""
