"""One attempt at a job: take the lease, read the cause, do it, record what came of it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import get_args

import structlog
from structlog.contextvars import bound_contextvars

from jobs.backoff import pause_s
from jobs.causes import Causes, correlation_of
from jobs.entries import NOBODY
from jobs.gate import Gate
from jobs.job import Away, Cause, Dropped, GivenUp, Job, NotNow, Queue, Share, TooEarly
from jobs.leases import LeaseLost, kept
from jobs.ledger import Claimed, Ledger
from jobs.mailer import MailNotTaken
from jobs.metrics import JobMetrics
from jobs.progress import Telling
from jobs.readers import NotThereYet
from jobs.tools import Tools
from jobs.turns import Turns
from jobs.upkeep import Due
from kit import clock

_logger = structlog.get_logger()
_WHOLE = Share(0, is_last=True)
_EXPECTED = (MailNotTaken, NotThereYet, NotNow, Away, GivenUp, TimeoutError)
_LEASE_ENDED = "the lease ended before the job did: another worker may have done it too"
_RENEWALS = 3
"""So often a lease is renewed while it lasts."""


class Attempts:
    """Runs in any worker of any process: the ledger alone decides who does what.

    Args:
        wake_sweeper: called when there are rows that wait to be sent at once.
    """

    def __init__(  # noqa: PLR0913 - what a job needs, and who is told
        self,
        jobs: Iterable[Job],
        ledger: Ledger,
        causes: Causes,
        tools: Tools,
        *,
        metrics: JobMetrics,
        wake_sweeper: Callable[[], None] = lambda: None,
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._ledger, self._causes, self._tools, self._metrics = ledger, causes, tools, metrics
        self._wake_sweeper = wake_sweeper
        self._turns = {job.name: Turns(job.at_once) for job in self._jobs.values() if job.at_once is not None}
        self._gates: dict[Queue, Gate] = {queue: Gate() for queue in get_args(Queue)}

    async def attempt(self, due: Due) -> None:
        """At what a message tells of; nothing happens when it is not to be done, or not by us."""
        turns = self._turns.get(due.job)
        await (self._attempt(due) if turns is None else turns.take(due, self._attempt))

    async def _attempt(self, due: Due) -> None:
        job = self._jobs[due.job]
        await self._gates[job.queue].go_through()
        claimed = await self._ledger.claim(due.event_id, due.job, job.lease_s, due.subject)
        if claimed is not None:
            await self.carry_out(claimed)

    async def carry_out(self, claimed: Claimed) -> None:
        """Does what was claimed, and records what came of it."""
        job = self._jobs[claimed.job]
        about = {} if claimed.subject == NOBODY else {"subject": str(claimed.subject)}
        with bound_contextvars(job=job.name, event_id=str(claimed.event_id), attempt=claimed.attempts, **about):
            try:
                share = await self._perform(job, claimed)
            except TooEarly as early:
                await self._ledger.put_back(claimed, (early.time - clock.now()).total_seconds())
            except LeaseLost:
                _logger.warning("the job was taken away: another worker has it, or an operator has cancelled it")
            except Exception as error:  # noqa: BLE001 - whatever a job may raise is kept in the ledger and tried again
                await self._record_fault(job, claimed, error)
            else:
                self._gates[job.queue].open()
                await self._record_done(claimed, share or _WHOLE)

    async def _perform(self, job: Job, claimed: Claimed) -> Share | None:
        cause = await self._causes.of(claimed)
        with bound_contextvars(correlation=correlation_of(cause)), self._metrics.timed(job.name):
            work = self._work(job, claimed, cause)
            if job.outlives_its_lease:
                renew = partial(self._ledger.renew, claimed, job.lease_s)
                work = kept(work, renew, every_s=job.lease_s / _RENEWALS)
            async with asyncio.timeout(job.limit_s):
                share = await work
            _logger.info("job done" if share is None or share.is_last else "job goes on")
            return share

    async def _work(self, job: Job, claimed: Claimed, cause: Cause) -> Share | None:
        tools = replace(self._tools, progress=Telling(self._ledger, claimed))
        if job.each is None:
            return await job.perform(cause, tools)
        if claimed.subject != NOBODY:
            return await job.perform(cause, tools, claimed.subject)
        count = await self._ledger.spread(claimed, job, await job.each(cause, tools))
        self._wake_sweeper()
        return Share(count, is_last=True)

    async def _record_done(self, claimed: Claimed, share: Share) -> None:
        self._metrics.attempts.labels(claimed.job, "done" if share.is_last else "share").inc()
        record = self._ledger.finish if share.is_last else self._ledger.go_on
        if not await record(claimed, share.steps):
            _logger.warning(_LEASE_ENDED)
        if not share.is_last:
            self._wake_sweeper()

    async def _record_fault(self, job: Job, claimed: Claimed, error: Exception) -> None:
        self._metrics.attempts.labels(claimed.job, "fault").inc()
        gate = self._gates[job.queue]
        gate.close() if isinstance(error, Away) else gate.open()
        is_expected = isinstance(error, _EXPECTED)
        reason = f"{type(error).__name__}: {error}" if is_expected else type(error).__name__
        if isinstance(error, Dropped):
            state = await self._ledger.drop(claimed, reason)
        elif isinstance(error, GivenUp):
            state = await self._ledger.park(claimed, reason)
        else:
            wait_s = error.seconds if isinstance(error, NotNow) else pause_s(claimed.attempts, job.retry)
            state = await self._ledger.postpone(claimed, reason, wait_s)
        _logger.warning("job not done", reason=reason, state=state, exc_info=None if is_expected else error)
        if state is None:
            _logger.warning(_LEASE_ENDED)
