"""How Dramatiq's messages travel here: a Valkey list a queue, fetched many at once, as soon as there are some.

Nothing is acknowledged: what becomes of a message is the ledger's to know, which has it sent again when it gets lost.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dramatiq
import redis
from dramatiq.errors import ConnectionClosed

_LOOK_S = 1.0
"""How long a consumer waits for messages before it looks whether it is to stop."""


class ListBroker(dramatiq.Broker):
    """Dramatiq's contract without delays, dead letters and heartbeats: times and failures are the ledger's.

    Args:
        client: of Valkey, with more patience than `_LOOK_S`.
        at_once: the most messages of each queue that are fetched together.
    """

    def __init__(self, client: redis.Redis, at_once: Mapping[str, int]) -> None:
        super().__init__(middleware=[])
        self._client, self._at_once = client, at_once

    def declare_queue(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def put(self, queue: str, messages: Iterable["dramatiq.Message[Any] | dramatiq.MessageProxy"]) -> None:
        if found := [message.encode() for message in messages]:
            self._client.rpush(_key(queue), *found)

    def waiting(self, queues: Sequence[str]) -> dict[str, int]:
        """How many messages of each queue nobody has fetched."""
        with self._client.pipeline(transaction=False) as asked:
            for queue in queues:
                asked.llen(_key(queue))
            return dict(zip(queues, asked.execute(), strict=True))

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 0) -> "ListConsumer":  # noqa: ARG002 - theirs
        return ListConsumer(self, self._client, queue_name, self._at_once[queue_name])


class ListConsumer(dramatiq.Consumer):
    """Fetches when all that it has fetched before is in hand."""

    def __init__(self, broker: ListBroker, client: redis.Redis, queue: str, at_once: int) -> None:
        self._broker, self._client, self._queue, self._at_once = broker, client, queue, at_once
        self._fetched: deque[dramatiq.Message[Any]] = deque()
        self._open: set[str] = set()
        self._is_free = threading.Event()
        self._is_free.set()

    def __next__(self) -> dramatiq.MessageProxy | None:
        try:
            if not self._fetched and self._is_free.wait(_LOOK_S):
                self._fetch()
        except redis.ConnectionError as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call] # it has no types
        return dramatiq.MessageProxy(self._fetched.popleft()) if self._fetched else None

    def ack(self, message: dramatiq.MessageProxy) -> None:
        """It is in hand, or nobody knows such a job."""
        self._open.discard(message.message_id)
        if not self._open:
            self._is_free.set()

    nack = ack

    def requeue(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        """Gives back what a process that stops has not begun."""
        self._broker.put(self._queue, messages)

    def close(self) -> None:
        self._broker.put(self._queue, self._fetched)
        self._fetched.clear()

    def _fetch(self) -> None:
        found: Any = self._client.blmpop(_LOOK_S, 1, _key(self._queue), direction="LEFT", count=self._at_once)
        if found:
            messages = [dramatiq.Message.decode(each) for each in found[1]]
            self._open.update(message.message_id for message in messages)
            self._is_free.clear()
            self._fetched.extend(messages)


def _key(queue: str) -> str:
    return f"palimpsest:jobs:{queue}"
