"""One attempt at a job: take the lease, read the event, do it, record what came of it."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import orjson
import structlog
from structlog.contextvars import bound_contextvars

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from jobs.job import Job, Share, TooEarly
from jobs.ledger import Claimed, Ledger
from jobs.mailer import MailNotTaken
from jobs.metrics import JobMetrics
from jobs.readers import NotThereYet
from jobs.tools import Tools
from kit import clock

_logger = structlog.get_logger()
_WHOLE = Share(0, is_last=True)
_EXPECTED = (MailNotTaken, NotThereYet, TimeoutError)


class Causes:
    """The events that jobs are about, as the log has them now: erased data stays erased."""

    def __init__(self, reader: LogReader, codec: Codec, keyring: KeyRing) -> None:
        self._reader, self._codec, self._keyring = reader, codec, keyring

    async def at(self, position: int) -> Recorded:
        stored = await self._reader.all(position - 1, limit=1)
        [recorded] = await self._codec.decode_many(stored, self._keyring)
        return recorded


class Attempts:
    """Runs in any worker of any process: the ledger alone decides who does what."""

    def __init__(self, jobs: Iterable[Job], ledger: Ledger, causes: Causes, tools: Tools, metrics: JobMetrics) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._ledger, self._causes, self._tools, self._metrics = ledger, causes, tools, metrics

    async def attempt(self, name: str, event_id: UUID) -> None:
        job = self._jobs[name]
        claimed = await self._ledger.claim(event_id, name, job.lease_s)
        if claimed is not None:
            await self.carry_out(claimed)

    async def carry_out(self, claimed: Claimed) -> None:
        """Does what was claimed, and records what came of it."""
        job = self._jobs[claimed.job]
        with bound_contextvars(job=job.name, event_id=str(claimed.event_id), attempt=claimed.attempts):
            try:
                share = await self._perform(job, claimed)
            except TooEarly as early:
                await self._ledger.put_back(claimed, (early.time - clock.now()).total_seconds())
            except Exception as error:  # noqa: BLE001 - whatever a job may raise is kept in the ledger and tried again
                await self._record_fault(claimed, error)
            else:
                await self._record_done(claimed, share or _WHOLE)

    async def _perform(self, job: Job, claimed: Claimed) -> Share | None:
        cause = await self._causes.at(claimed.position)
        with bound_contextvars(correlation=orjson.loads(cause.metadata).get("correlation")):
            async with asyncio.timeout(job.time_limit_s):
                share = await job.perform(cause, self._tools)
            _logger.info("job done" if share is None or share.is_last else "job goes on")
            return share

    async def _record_done(self, claimed: Claimed, share: Share) -> None:
        self._metrics.attempts.labels(claimed.job, "done" if share.is_last else "share").inc()
        record = self._ledger.finish if share.is_last else self._ledger.go_on
        if not await record(claimed, share.steps):
            _logger.warning("the lease ended before the job did: another worker may have done it too")

    async def _record_fault(self, claimed: Claimed, error: Exception) -> None:
        self._metrics.attempts.labels(claimed.job, "fault").inc()
        is_expected = isinstance(error, _EXPECTED)
        reason = f"{type(error).__name__}: {error}" if is_expected else type(error).__name__
        state = await self._ledger.postpone(claimed, reason)
        _logger.warning("job not done", reason=reason, state=state, exc_info=None if is_expected else error)
