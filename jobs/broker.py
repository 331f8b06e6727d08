"""The job broker: Dramatiq on Valkey, with an actor for each job that hands the event's id to this process's loop."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from typing import Any, get_args
from uuid import UUID

import dramatiq
import redis
import structlog

from jobs.entries import NOBODY
from jobs.job import Job, Queue
from jobs.messages import WakingBroker
from jobs.upkeep import Due

_logger = structlog.get_logger()
QUEUES: tuple[str, ...] = get_args(Queue)
WORKERS: Mapping[str, int] = {"mail": 8, "quick": 8, "heavy": 2}
"""Threads, of each queue its own. They wait for what runs on the loop, and for nothing of other queues."""
_ROOM = 2_000
"""Messages that lie in a queue at most: what is beyond waits in the ledger, and is sent when there is room."""
_IDLE_MS = 1_000
"""An idle worker thread looks so often whether it is to stop. A message wakes it at once."""
_STOP_TIMEOUT_MS = 10_000
_SOCKET_TIMEOUT_S = 5

Attempt = Callable[[Due], Coroutine[Any, Any, None]]


class BrokerAway(Exception):  # noqa: N818 - named for the fact
    """Valkey cannot be reached."""


class JobBroker:
    """Sends messages and runs the worker threads that take them.

    A message says which event, which job and about whom, nothing more: the ledger knows the rest, so a message that is
    lost, doubled or late changes nothing. Retries are the ledger's too; Dramatiq's middleware stays away.
    """

    def __init__(self, url: str, jobs: Iterable[Job]) -> None:
        client = redis.Redis.from_url(
            url, socket_timeout=_SOCKET_TIMEOUT_S, socket_connect_timeout=_SOCKET_TIMEOUT_S, health_check_interval=30
        )
        self._broker = WakingBroker(client=client, middleware=[], namespace="palimpsest")
        self._jobs = tuple(jobs)

    async def send(self, dues: Iterable[Due]) -> list[Due]:
        """Gives those that the broker did not take, or had no room for: the sweeper sends them again."""
        return await asyncio.to_thread(self._send, tuple(dues))

    async def room(self) -> dict[str, int]:
        """How many messages each queue still takes.

        Raises:
            BrokerAway: nobody can say.
        """
        try:
            waiting = await asyncio.to_thread(self._broker.waiting, QUEUES)
        except redis.RedisError as error:
            raise BrokerAway(type(error).__name__) from error
        return {queue: max(0, _ROOM - count) for queue, count in waiting.items()}

    def _send(self, dues: tuple[Due, ...]) -> list[Due]:
        rest = deque(dues)
        unsent: list[Due] = []
        try:
            waiting = Counter(self._broker.waiting(QUEUES))
            while rest:
                if waiting[rest[0].queue] < _ROOM:
                    self._broker.enqueue(_message(rest[0]))
                    waiting[rest.popleft().queue] += 1
                else:
                    unsent.append(rest.popleft())
        except redis.RedisError as error:
            _logger.warning("the job broker takes no messages", cause=type(error).__name__)
        for queue in {due.queue for due in dues}:
            self._broker.wake(queue)
        return [*unsent, *rest]

    @contextlib.asynccontextmanager
    async def working(self, attempt: Attempt) -> AsyncIterator[None]:
        """Takes messages for as long as the context lasts; each runs `attempt` on the loop that is running now."""
        loop = asyncio.get_running_loop()
        for queue in QUEUES:
            self._broker.declare_queue(queue)
        for job in self._jobs:
            self._declare(job, attempt, loop)
        workers = [
            dramatiq.Worker(self._broker, queues={queue}, worker_threads=threads, worker_timeout=_IDLE_MS)
            for queue, threads in WORKERS.items()
        ]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            stopping = (asyncio.to_thread(worker.stop, _STOP_TIMEOUT_MS) for worker in workers)
            await asyncio.gather(*stopping)
            self._broker.close()

    def _declare(self, job: Job, attempt: Attempt, loop: asyncio.AbstractEventLoop) -> None:
        def run(event_id: str, subject: str = str(NOBODY), queue: str = job.queue) -> None:
            due = Due(UUID(event_id), job.name, UUID(subject), queue)
            asyncio.run_coroutine_threadsafe(attempt(due), loop).result()

        dramatiq.Actor(run, broker=self._broker, actor_name=job.name, queue_name=job.queue, priority=0, options={})


def _message(due: Due) -> "dramatiq.Message[None]":
    args = (str(due.event_id),) if due.subject == NOBODY else (str(due.event_id), str(due.subject))
    return dramatiq.Message(queue_name=due.queue, actor_name=due.job, args=args, kwargs={}, options={})
