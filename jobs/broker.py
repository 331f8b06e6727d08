"""The job broker: Dramatiq on Valkey, with an actor for each job that hands the event's id to this process's loop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import get_args
from uuid import UUID

import dramatiq
import redis
import structlog

from jobs.entries import NOBODY
from jobs.hands import Attempt, Hands
from jobs.job import Job, Queue
from jobs.messages import ListBroker
from jobs.upkeep import Due

_logger = structlog.get_logger()
QUEUES: tuple[str, ...] = get_args(Queue)
AT_ONCE: Mapping[str, int] = {"mail": 8, "quick": 32, "heavy": 2}
"""Attempts of each queue in one process. They wait for nothing of other queues."""
_ROOM = 2_000
"""Messages that lie in a queue at most: what is beyond waits in the ledger, and is sent when there is room."""
_IDLE_MS = 1_000
"""An idle thread looks so often whether it is to stop. A message wakes it at once."""
_STOP_TIMEOUT_S = 10
_SOCKET_TIMEOUT_S = 5


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
        self._broker = ListBroker(client, AT_ONCE)
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
            return await asyncio.to_thread(self._room)
        except redis.RedisError as error:
            raise BrokerAway(type(error).__name__) from error

    def _room(self) -> dict[str, int]:
        return {queue: max(0, _ROOM - count) for queue, count in self._broker.waiting(QUEUES).items()}

    def _send(self, dues: Sequence[Due]) -> list[Due]:
        sent: set[Due] = set()
        try:
            for queue, room in self._room().items():
                fitting = [due for due in dues if due.queue == queue][:room]
                self._broker.put(queue, map(_message, fitting))
                sent.update(fitting)
        except redis.RedisError as error:
            _logger.warning("the job broker takes no messages", cause=type(error).__name__)
        return [due for due in dues if due not in sent]

    @contextlib.asynccontextmanager
    async def working(self, attempt: Attempt) -> AsyncIterator[None]:
        """Takes messages for as long as the context lasts; each runs `attempt` on the loop that is running now."""
        hands = {queue: Hands(attempt, at_once) for queue, at_once in AT_ONCE.items()}
        for queue in QUEUES:
            self._broker.declare_queue(queue)
        for job in self._jobs:
            self._declare(job, hands)
        workers = [
            dramatiq.Worker(self._broker, queues={queue}, worker_threads=1, worker_timeout=_IDLE_MS) for queue in QUEUES
        ]
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            stopping = (asyncio.to_thread(worker.stop, 1_000 * _STOP_TIMEOUT_S) for worker in workers)
            await asyncio.gather(*stopping)
            await asyncio.gather(*(each.rest(_STOP_TIMEOUT_S) for each in hands.values()))

    def _declare(self, job: Job, hands: Mapping[str, Hands]) -> None:
        def run(event_id: str, subject: str = str(NOBODY), queue: str = job.queue) -> None:
            hands[queue].take(Due(UUID(event_id), job.name, UUID(subject), queue))

        dramatiq.Actor(run, broker=self._broker, actor_name=job.name, queue_name=job.queue, priority=0, options={})


def _message(due: Due) -> "dramatiq.Message[None]":
    args = (str(due.event_id),) if due.subject == NOBODY else (str(due.event_id), str(due.subject))
    return dramatiq.Message(queue_name=due.queue, actor_name=due.job, args=args, kwargs={}, options={})
