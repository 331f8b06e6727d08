"""How long to wait before looking at the log again."""

import time

_SHORTEST_S = 0.003
_LONGEST_S = 0.1
_SHARE_OF_SILENCE = 1 / 8


class Pace:
    """An eighth of the silence so far, between 3 and 100 ms: prompt while events come, cheap when they don't."""

    def __init__(self) -> None:
        self._last_event_at = time.monotonic()

    def saw_events(self) -> None:
        self._last_event_at = time.monotonic()

    def pause_s(self) -> float:
        silence_s = time.monotonic() - self._last_event_at
        return min(_LONGEST_S, max(_SHORTEST_S, silence_s * _SHARE_OF_SILENCE))
