"""What a follower tells Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class FollowerMetrics:
    """Lag is measured against the log's head, not against what a feed has delivered."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.lag = Gauge(
            "palimpsest_follower_lag_events",
            "Events in the log that an owned partition has not applied.",
            ["consumer", "partition"],
            registry=registry,
        )
        self.alarm = Gauge(
            "palimpsest_follower_stopped", "1 when the consumer has stopped.", ["consumer"], registry=registry
        )
        self.beat = Gauge(
            "palimpsest_follower_last_beat_seconds", "When the head was last read.", ["consumer"], registry=registry
        )
        self.applied = _counter(registry, "applied_events", "Events applied.")
        self.duplicates = _counter(registry, "duplicate_events", "Events that arrived again and were skipped.")
        self.healed = _counter(registry, "healed_events", "Events read from the log because they did not arrive.")
        self.foreign = _counter(registry, "foreign_events", "Arrived events of another history than the log's.")
        self.moved = _counter(registry, "checkpoint_moves", "Batches dropped because another owner was there.")
        self.retries = _counter(registry, "retries", "Batches tried again because a database could not be reached.")


def _counter(registry: CollectorRegistry, name: str, meaning: str) -> Counter:
    return Counter(f"palimpsest_follower_{name}", meaning, ["consumer"], registry=registry)
