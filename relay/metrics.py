"""What the relay shows of itself."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class RelayMetrics:
    """Counts from this process's start; positions from the log."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.is_active = Gauge("palimpsest_relay_active", "1 while this relay holds the lock", registry=registry)
        self._acknowledged: int | None = None
        self._position = Gauge(
            "palimpsest_relay_position", "The last position that Kafka acknowledged", registry=registry
        )
        self.head = Gauge("palimpsest_relay_log_head", "The log's last position", registry=registry)
        self._lag = Gauge("palimpsest_relay_lag_events", "Events in the log that Kafka has not", registry=registry)
        self.events = Counter("palimpsest_relay_events", "Events that Kafka acknowledged", registry=registry)
        self.failures = Counter(
            "palimpsest_relay_failures",
            "Times that the relay had to start over, by cause",
            ["cause"],
            registry=registry,
        )

    def show_acknowledged(self, position: int) -> None:
        self._acknowledged = position
        self._position.set(position)

    def show_lag(self, head: int) -> None:
        """A relay that stands by has no lag of its own."""
        if self._acknowledged is not None:
            self._lag.set(head - self._acknowledged)

    def show_active(self, *, from_position: int | None) -> None:
        """None: this relay is active no more."""
        self.is_active.set(0 if from_position is None else 1)
        self._acknowledged = from_position
        if from_position is not None:
            self._position.set(from_position)
