"""What replays tell Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_STEP_BUCKETS_S = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400)


class ReplayMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.at_work = Gauge("palimpsest_replays_at_work", "Replays that have not ended.", registry=registry)
        self.failures = Counter(
            "palimpsest_replayer_failures", "Times that it started over.", ["cause"], registry=registry
        )
        self.step_s = Histogram(
            "palimpsest_replay_step_seconds",
            "A step of a replay, to its end.",
            ["step"],
            buckets=_STEP_BUCKETS_S,
            registry=registry,
        )
