"""How long to wait before a failed job is tried again."""

import random

MAX_ATTEMPTS = 20
"""With the waits below: two days and some hours, longer than a mail server's bad weekend night."""
_FIRST_S = 5.0
_LONGEST_S = 6 * 60 * 60


def pause_s(attempts: int) -> float:
    """Doubles from 5 s up to 6 h; up to a quarter more at random, so that many do not come back at once."""
    wait_s = min(_LONGEST_S, _FIRST_S * 2.0 ** (attempts - 1))
    return wait_s * random.uniform(1, 1.25)  # noqa: S311 - spreads load, hides nothing
