"""Read models as folds: batches, contributions, parking, generations."""
