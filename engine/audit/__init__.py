"""Compares what is served with what the log says: fresh folds, verification, drift, repair."""
