"""Folds keys one after another; one that fails as before holds up no other."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from engine.projection.contract import ReadModel
from engine.projection.queues import parkings
from engine.projection.release import StillPoisoned
from engine.projection.store import Store

_SHOWN = 20

Fold = Callable[[ReadModel, str], Awaitable[int]]
"""Folds of a key what can be folded, and says how many events; raises StillPoisoned."""


class OtherVersion(Exception):  # noqa: N818 - named for the fact
    """What has the key parked was built by other code, whose rows this code must not fold into."""


@dataclass(slots=True)
class Released:
    """What came of it. The events that a key gave before it failed again are not counted."""

    events: int = 0
    keys: int = 0
    still_parked: int = 0

    @property
    def is_whole(self) -> bool:
        return self.still_parked == 0

    def refuse(self, words: str) -> None:
        """Names the first of those that stay parked: a fault of every key must not fill the screen."""
        self.still_parked += 1
        if self.still_parked <= _SHOWN:
            print(words, file=sys.stderr)
        elif self.still_parked == _SHOWN + 1:
            print("... and more: see `palimpsest parked`", file=sys.stderr)


async def release_all(store: Store, fold: Fold, keys: AsyncIterator[tuple[ReadModel, str]]) -> Released:
    done = Released()
    async for model, key in keys:
        try:
            await require_version(store, model, key)
            events = await fold(model, key)
        except OtherVersion as problem:
            done.refuse(f"{key}: {problem}")
        except StillPoisoned as problem:
            # not the cause's own words: they may quote what somebody wrote
            done.refuse(f"{key}: {problem}: {type(problem.__cause__).__qualname__}")
        else:
            done.events, done.keys = done.events + events, done.keys + (events > 0)
    return done


async def require_version(store: Store, model: ReadModel, key: str) -> None:
    """Raises OtherVersion when no generation that has the key parked is of this code's version."""
    found = await parkings(await store.connection(), model.name, key)
    if found and all(each.version != model.version for each in found):
        version = found[-1].version
        raise OtherVersion(
            f"{model.name} is of version {version} and this code of {model.version}: `palimpsest replay {model.name}`"
        )
