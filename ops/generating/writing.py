"""Appends a generated history to a log, in order, with the groups full."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from engine.log.append_session import AppendSession
from engine.log.append_statement import outcome
from engine.log.availability import is_unreachable
from engine.log.records import Append, Appended, LogUnavailable
from ops.generating.encoding import StepEncoder
from ops.generating.history import History
from ops.progress import Progress

_GROUP = 256
_TIMEOUT_S = 60


async def write(url: str, history: History, *, seed: int, events: int, progress: Progress) -> Appended | None:
    """Appends that many events; gives where the last one is.

    Without the appender, which has a task and a timer for each: here nobody else waits, and nothing is tried again.

    Raises:
        VersionConflict: this seed was generated into this log before.
        LogUnavailable: the log was lost.
    """
    encoder = StepEncoder(seed)
    try:
        session = await AppendSession.open(url, statement_timeout_s=_TIMEOUT_S, lost=None)
        try:
            appends = map(encoder.append_of, islice(history.steps(), events))
            return await _store_all(session, _groups(appends), progress)
        finally:
            await session.close()
    except Exception as error:
        if is_unreachable(error):
            raise LogUnavailable("the log does not answer") from error
        raise


async def _store_all(session: AppendSession, groups: Iterable[Sequence[Append]], progress: Progress) -> Appended | None:
    under_way: asyncio.Task[Appended] | None = None
    for group in groups:
        if under_way:
            await under_way
        under_way = asyncio.create_task(_store(session, group, progress))
        await asyncio.sleep(0)  # it is sent, and the next is made meanwhile
    return await under_way if under_way else None


async def _store(session: AppendSession, group: Sequence[Append], progress: Progress) -> Appended:
    answers = await session.store(group)
    results = [outcome(append, answers[append.append_id]) for append in group]
    stored = [result for result in results if isinstance(result, Appended)]
    for result in results:
        if not isinstance(result, Appended):
            raise result
    progress.add(len(stored))
    return stored[-1]


def _groups(appends: Iterable[Append]) -> Iterator[Sequence[Append]]:
    """As many as may travel together: no two that share a stream or a name."""
    group: list[Append] = []
    written: set[object] = set()
    for append in appends:
        writes = {append.stream, *append.claims, *append.releases}
        if len(group) == _GROUP or not writes.isdisjoint(written):
            yield group
            group, written = [], set()
        group.append(append)
        written |= writes
    if group:
        yield group
