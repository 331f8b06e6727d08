"""How long to wait before a failed job is tried again."""

import random

from jobs.job import Retry


def pause_s(attempts: int, retry: Retry) -> float:
    """Doubles with each attempt; up to a quarter more at random, so that many do not come back at once."""
    wait_s = min(retry.longest_s, retry.first_s * 2.0 ** (attempts - 1))
    return wait_s * random.uniform(1, 1.25)  # noqa: S311 - spreads load, hides nothing
