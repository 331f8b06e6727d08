"""The job broker: Dramatiq on Valkey, with an actor for each job that hands the event's id to this process's loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker

from jobs.job import Job
from jobs.ledger import Due

_logger = structlog.get_logger()
_QUEUE = "jobs"
_THREADS = 8
_IDLE_POLL_MS = 100
"""Dramatiq's own default backs off to a second."""
_STOP_TIMEOUT_MS = 10_000
_SOCKET_TIMEOUT_S = 5

Attempt = Callable[[str, UUID], Coroutine[Any, Any, None]]


class JobBroker:
    """Sends messages and runs the worker threads that take them.

    A message says which event and which job, nothing more: the ledger knows the rest, so a message that is lost,
    doubled or late changes nothing. Retries are the ledger's too; Dramatiq's middleware stays away.
    """

    def __init__(self, url: str, jobs: Iterable[Job]) -> None:
        client = redis.Redis.from_url(
            url, socket_timeout=_SOCKET_TIMEOUT_S, socket_connect_timeout=_SOCKET_TIMEOUT_S, health_check_interval=30
        )
        self._broker = RedisBroker(client=client, middleware=[], namespace="palimpsest")  # type: ignore[no-untyped-call]
        self._jobs = tuple(jobs)

    async def send(self, dues: Iterable[Due]) -> bool:
        """False when the broker did not take all of them: the sweeper sends them again."""
        return await asyncio.to_thread(self._send, tuple(dues))

    async def is_reachable(self) -> bool:
        try:
            await asyncio.to_thread(self._broker.client.ping)
        except redis.RedisError:
            return False
        return True

    def _send(self, dues: Iterable[Due]) -> bool:
        try:
            for due in dues:
                message: dramatiq.Message[None] = dramatiq.Message(
                    queue_name=_QUEUE, actor_name=due.job, args=(str(due.event_id),), kwargs={}, options={}
                )
                self._broker.enqueue(message)
        except redis.RedisError as error:
            _logger.warning("the job broker takes no messages", cause=type(error).__name__)
            return False
        return True

    @contextlib.asynccontextmanager
    async def working(self, attempt: Attempt) -> AsyncIterator[None]:
        """Takes messages for as long as the context lasts; each runs `attempt` on the loop that is running now."""
        loop = asyncio.get_running_loop()
        for job in self._jobs:
            self._declare(job, attempt, loop)
        worker = dramatiq.Worker(self._broker, worker_threads=_THREADS, worker_timeout=_IDLE_POLL_MS)
        worker.start()
        try:
            yield
        finally:
            await asyncio.to_thread(worker.stop, _STOP_TIMEOUT_MS)
            self._broker.close()

    def _declare(self, job: Job, attempt: Attempt, loop: asyncio.AbstractEventLoop) -> None:
        def run(event_id: str) -> None:
            asyncio.run_coroutine_threadsafe(attempt(job.name, UUID(event_id)), loop).result()

        dramatiq.Actor(run, broker=self._broker, actor_name=job.name, queue_name=_QUEUE, priority=0, options={})
