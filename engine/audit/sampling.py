"""Keys of events taken at random, folded afresh for several generations in one reading of the log."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.audit.comparing import Comparing
from engine.audit.fresh import FreshKey
from engine.audit.history import require_same_history
from engine.audit.log_pages import last_position, least_busy, some_keys
from engine.audit.refolding import Refolder, fold_together
from engine.audit.snapshot import look_up_by_key, reached, snapshot
from engine.audit.sources import Sources
from engine.audit.verdict import Tables, Verdict, differences, merged
from engine.projection.contract import ReadModel

_TOGETHER = 20
"""Keys that are folded at a time for all read models: what is held in memory."""


@dataclass(slots=True)
class Folded:
    """Keys of one generation that were folded afresh."""

    keys: dict[str, bool] = field(default_factory=dict)
    """By key: whether text of it is erased."""
    unfolded: set[str] = field(default_factory=set)
    wrong: dict[str, Tables] = field(default_factory=dict)
    """What is stored otherwise, by key."""

    def add(self, fresh: Sequence[FreshKey], wrong: dict[str, Tables]) -> None:
        self.keys.update((each.key, each.is_erased) for each in fresh)
        self.unfolded.update(each.key for each in fresh if each.fault)
        self.wrong.update(wrong)

    def join(self, later: "Folded") -> None:
        """What was found later counts."""
        self.keys |= later.keys
        self.unfolded |= later.unfolded
        self.wrong |= later.wrong

    def tables(self) -> Tables:
        found: Tables = {}
        for each in self.wrong.values():
            merged(found, each)
        return found

    def verdict(self) -> Verdict:
        return Verdict(differences(self.tables()), keys=len(self.keys), unfolded=len(self.unfolded))


async def sampled_keys(
    sources: Sources, generations: Sequence[tuple[ReadModel, int]], size: int, *, most_events: int | None = None
) -> list[Folded]:
    """The keys of so many events, for each of these generations as far as it is.

    Args:
        sources: the log and the read database.
        generations: read models, each with the number of a generation.
        size: how many events are taken at random; busy keys have most of them.
        most_events: keys that have more than these together are left out, the busiest first.

    Raises:
        ForeignHistory: the checkpoints are not of this log.
    """
    refolders = [Refolder(sources, *each) for each in generations]
    comparing = [Comparing(*each) for each in generations]
    found = [Folded() for _ in generations]
    async with snapshot(sources.read_url) as connection:
        seen = [await reached(connection, model.name, number) for model, number in generations]
        for each in seen:
            await require_same_history(sources.log, each)
        await look_up_by_key(connection)
        keys = await _keys(sources, size)
        if most_events is not None:
            keys = await least_busy(sources.log, keys, most_events)
        for start in range(0, len(keys), _TOGETHER):
            some = keys[start : start + _TOGETHER]
            asked = [(refolder, each.wanted(some)) for refolder, each in zip(refolders, seen, strict=True)]
            for number, fresh in enumerate(await fold_together(sources, connection, asked)):
                found[number].add(fresh, await comparing[number].differing(connection, fresh))
    return found


async def _keys(sources: Sources, size: int) -> list[str]:
    last = await last_position(sources.log)
    positions = sorted(random.randint(1, last) for _ in range(size)) if last else []  # noqa: S311 - a sample, no secret
    return await some_keys(sources.log, positions)
