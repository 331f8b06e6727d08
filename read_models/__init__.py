"""The questions that the platform answers: one file each, with its tables, its folds and its version."""
