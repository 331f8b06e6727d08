"""How long a message is tried, and how long to wait in between."""

import random
from dataclasses import dataclass

DAY_S = 86_400.0
_FIRST_PART, _LONGEST_PART, _REST_PART = 17_280, 12, 1_440
"""Of a day: 5 s, 2 h, 1 min."""
_TIMES_LONGER = 3.0
_MOST_STEPS = 20
TROUBLED_AFTER = 5
"""Failures in a row, of whatever messages, after which an address is tried by one message at a time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """A day as a rule. A shorter one has shorter waits.

    Args:
        whole_s: a message that was not taken for so long is given up; an address that took none for so long is dead.
    """

    whole_s: float = DAY_S

    def pause_s(self, attempts: int) -> float:
        """Before the next attempt at a message: 5 s, 15 s, 45 s ... 2 h; up to a quarter more at random."""
        first_s, longest_s = self.whole_s / _FIRST_PART, self.whole_s / _LONGEST_PART
        wait_s = min(longest_s, first_s * _TIMES_LONGER ** (min(attempts, _MOST_STEPS) - 1))
        return wait_s * random.uniform(1, 1.25)  # noqa: S311 - spreads load, hides nothing

    def rest_s(self, failures: int) -> float:
        """Before anything is sent to an address that has just failed so often in a row."""
        if failures < TROUBLED_AFTER:
            return 0
        longest_s = self.whole_s / _REST_PART
        return min(longest_s, longest_s / 60 * 2.0 ** min(failures - TROUBLED_AFTER, _MOST_STEPS))
