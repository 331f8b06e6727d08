"""How Dramatiq's messages travel here: fetched as soon as there are some, and looked for seldom when there are none."""

from threading import Event
from typing import Any

from dramatiq.brokers.redis import RedisBroker, _RedisConsumer

_IDLE_POLL_S = 0.5
"""For messages that another process has sent: one of this process wakes its consumers."""
_SHORTEST_MS = 1


class WakingBroker(RedisBroker):
    """Dramatiq's own, without delayed messages: the ledger knows times, and their queues would be looked at as well."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call] # it has no types
        self.sent: dict[str, Event] = {}
        """By queue; set when there may be something to fetch."""

    @property
    def consumer_class(self) -> "type[WakingConsumer]":
        return WakingConsumer

    def declare_queue(self, queue_name: str) -> None:
        if queue_name in self.queues:
            return
        self.emit_before("declare_queue", queue_name)
        self.sent[queue_name] = Event()
        self.queues.add(queue_name)
        self.emit_after("declare_queue", queue_name)

    def waiting(self, queues: tuple[str, ...]) -> dict[str, int]:
        """How many messages of each queue nobody has fetched."""
        with self.client.pipeline(transaction=False) as asked:
            for queue in queues:
                asked.llen(f"{self.namespace}:{queue}")
            return dict(zip(queues, asked.execute(), strict=True))

    def wake(self, queue: str) -> None:
        if found := self.sent.get(queue):
            found.set()


class WakingConsumer(_RedisConsumer):
    """Sleeps until something was sent, instead of asking again and again."""

    def __init__(self, broker: WakingBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, min(timeout, _SHORTEST_MS))  # type: ignore[no-untyped-call] # as above
        self._sent = broker.sent[queue_name]

    def __next__(self) -> Any:
        self._sent.clear()
        found = super().__next__()  # type: ignore[no-untyped-call] # as above
        if found is None:
            self._sent.wait(_IDLE_POLL_S)
        return found

    def ack(self, message: Any) -> None:
        super().ack(message)  # type: ignore[no-untyped-call] # as above
        if self.outstanding_message_count <= self.prefetch // 2:
            self._sent.set()
