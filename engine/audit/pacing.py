"""How much an audit may ask of machines that have other work."""

import asyncio
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Pace:
    """How often every key is looked at, and which part of the time may go into that."""

    cycle_s: float = 86_400
    share: float = 1.0


class Throttle:
    """Rests after each piece of work, so that work is no more than a share of the time, on a busy machine too."""

    def __init__(self, share: float) -> None:
        self._rests, self._began = 1 / share - 1, monotonic()

    async def rest(self) -> None:
        await asyncio.sleep((monotonic() - self._began) * self._rests)
        self._began = monotonic()
