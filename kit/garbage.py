"""Python's cyclic garbage collection, set for batches."""

import gc

_YOUNG, _MIDDLE, _OLD = 100_000, 50, 1_000


def collect_rarely() -> None:
    """A batch makes a hundred thousand tuples and no cycles: looking through them took a third of the time."""
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
