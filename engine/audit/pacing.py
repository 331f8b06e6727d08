"""How much an audit may ask of machines that have other work."""

import asyncio
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class Pace:
    """How often every key is looked at, and how fast."""

    cycle_s: float = 86_400
    keys_per_s: float = 500


class Throttle:
    """Waits so that no more than so many keys a second are done, however fast they go."""

    def __init__(self, keys_per_s: float) -> None:
        self._keys_per_s, self._next = keys_per_s, monotonic()

    async def done(self, keys: int) -> None:
        self._next = max(self._next, monotonic() - 1) + keys / self._keys_per_s
        wait_s = self._next - monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
