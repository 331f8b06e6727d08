"""Drives replays from wherever they stand: all that it knows is in the database.

Those that stand at the same step take it together, in one reading of the log.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

import asyncpg
import structlog

from engine.audit.verifying import CheckpointsApart
from engine.following.contract import CheckpointMoved, StoreUnavailable
from engine.following.patience import Patience
from engine.log.records import LogUnavailable
from engine.projection.contract import ReadModel
from engine.projection.parking import Fault
from engine.rebuild.estimate import Floor
from engine.replays.replay import ENDED, Replay, State, at_work, find
from engine.replays.steps import NotOurs, advance, rest
from kit.database import CONNECTION_LOST, REFUSES_SESSIONS
from replayer.catching_up import StoppedShort
from replayer.lease import held_lease
from replayer.metrics import ReplayMetrics
from replayer.steps import Steps
from replayer.workers import WorkersFail

log = structlog.get_logger()

_LOOK_S = 0.5
_BUILT_TOGETHER = frozenset({State.QUEUED, State.BUILDING})
"""What fails in these steps fails for all."""
_OUTAGE = (
    *CONNECTION_LOST,
    LogUnavailable,
    StoreUnavailable,
    CheckpointMoved,
    CheckpointsApart,
    NotOurs,
    *REFUSES_SESSIONS,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
)


class Driver:
    """A replayer among others, of which one at a time is active."""

    def __init__(
        self, read_url: str, models: Mapping[str, ReadModel], steps: Steps, metrics: ReplayMetrics, *, name: str
    ) -> None:
        self._read_url, self._models, self._steps, self._metrics, self._name = read_url, models, steps, metrics, name
        self.beside: Callable[[], Coroutine[Any, Any, None]] | None = None
        """What else the active one does, for as long as it is that."""
        self.floor: Floor | None = None
        """How much of the disk must stay free, where that can be seen."""
        self._alone: set[int] = set()
        """Replays that take their steps by themselves: in a step of several, one of them failed."""
        self._trouble = ["starting"]
        self._patience = Patience(0.2, 5.0)

    def trouble(self) -> list[str]:
        """What keeps it from its work. Standing by is no trouble."""
        return self._trouble

    async def run(self, stop: asyncio.Event) -> None:
        """Drives until `stop` is set; a step in hand is left where it is."""
        while not stop.is_set():
            try:
                async with held_lease(self._read_url, name=self._name, stop=stop, on_standby=self._is_well) as session:
                    if session is not None:
                        async with _beside(self.beside):
                            await self._lead(session, stop)
            except _OUTAGE as error:
                cause = type(error).__qualname__
                self._trouble = [f"starting over after {cause}"]
                self._metrics.failures.labels(cause).inc()
                log.warning("starting over", cause=cause, detail=str(error))
                await self._patience.wait()

    async def _lead(self, session: "asyncpg.Connection[Any]", stop: asyncio.Event) -> None:
        while not stop.is_set():
            waiting = await at_work(session)
            self._metrics.at_work.set(len(waiting))
            self._is_well()
            ready = [each for each in waiting if await self._is_ready(session, each)]
            if ready:
                await self._take_a_step(session, _chosen(ready, self._alone), stop)
                self._patience.reset()
            else:
                await _pause(stop)

    def _is_well(self) -> None:
        self._trouble = []

    async def _is_ready(self, session: "asyncpg.Connection[Any]", replay: Replay) -> bool:
        """Of replays that this code can build; a newer one waits for newer code."""
        model = self._models.get(replay.model)
        if model is not None and model.version == replay.version:
            return replay.is_cancelled or not replay.is_paused
        if replay.is_cancelled or (model is not None and model.version > replay.version):
            await advance(session, replay, State.FAILED, f"asked for version {replay.version}, this code is newer")
        return False

    async def _take_a_step(
        self, session: "asyncpg.Connection[Any]", replays: Sequence[Replay], stop: asyncio.Event
    ) -> None:
        """Ends when the step does, or when somebody pauses or cancels a replay, or wants this process to end."""
        started, state = time.monotonic(), replays[0].state
        log.info("replays go on", replays=[each.id for each in replays], state=str(state))
        await self._leave_room(session, replays)
        working = asyncio.create_task(self._steps.take(replays, self._models))
        try:
            while not working.done() and not stop.is_set() and not await _is_interrupted(session, replays):
                await asyncio.wait({working}, timeout=_LOOK_S)
                await self._leave_room(session, replays)
        finally:
            await _end(working)
        if working.cancelled():
            return
        error = working.exception()
        if error is None:
            self._metrics.step_s.labels(state).observe(time.monotonic() - started)
        elif isinstance(error, _OUTAGE):
            raise error
        elif len(replays) > 1 and state not in _BUILT_TOGETHER:
            self._alone |= {each.id for each in replays}  # it will be seen which of them fails
        else:
            await self._fail(session, replays, error)

    async def _leave_room(self, session: "asyncpg.Connection[Any]", replays: Sequence[Replay]) -> None:
        problem = self.floor.problem() if self.floor is not None else None
        if problem is not None:
            await rest(session, replays, problem)

    async def _fail(self, session: "asyncpg.Connection[Any]", replays: Sequence[Replay], error: BaseException) -> None:
        """A fault of the code or of the events: it would come again. Its words may quote what somebody wrote."""
        fault = Fault.of(error, 1)
        log.error("replays failed", replays=[each.id for each in replays], error=fault.error, traceback=fault.traceback)
        for replay in replays:
            now = await find(session, replay.id)
            if now.state not in ENDED:
                await advance(session, now, State.FAILED, now.problem or _told(error, now.state))


def _told(error: BaseException, state: State) -> str:
    """Only our own words: those of others may quote what somebody wrote."""
    words = f": {error}" if isinstance(error, StoppedShort | WorkersFail) else ""
    return f"{type(error).__qualname__} while {state}{words}"


def _chosen(ready: Sequence[Replay], alone: Collection[int]) -> list[Replay]:
    """What to do next: what is cancelled goes first, and then the step that is the furthest from the end."""
    cancelled = [each for each in ready if each.is_cancelled]
    if cancelled:
        return cancelled[:1]
    state = min((each.state for each in ready), key=list(State).index)
    together = [each for each in ready if each.state is state]
    by_itself = [each for each in together if each.id in alone and state not in _BUILT_TOGETHER]
    return by_itself[:1] or together


async def _is_interrupted(session: "asyncpg.Connection[Any]", replays: Sequence[Replay]) -> bool:
    for replay in replays:
        now = await find(session, replay.id)
        if (now.is_paused, now.is_cancelled) != (replay.is_paused, replay.is_cancelled):
            return True
    return False


@contextlib.asynccontextmanager
async def _beside(work: Callable[[], Coroutine[Any, Any, None]] | None) -> AsyncIterator[None]:
    if work is None:
        yield
        return
    working = asyncio.create_task(work())
    working.add_done_callback(_tell_of_its_end)
    try:
        yield
    finally:
        await _end(working)


def _tell_of_its_end(working: "asyncio.Task[None]") -> None:
    if not working.cancelled() and (error := working.exception()):
        fault = Fault.of(error, 1)
        log.error("what is done beside replays has ended", error=fault.error, traceback=fault.traceback)


async def _end(working: "asyncio.Task[None]") -> None:
    while not working.done():
        working.cancel()
        await asyncio.wait({working}, timeout=1)


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOOK_S):
            await stop.wait()
