"""What projection tells Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from kit.metrics import LATENCY_BUCKETS_S


class ProjectionMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.batch_s = Histogram(
            "palimpsest_projection_batch_seconds",
            "A batch, to its commit.",
            buckets=LATENCY_BUCKETS_S,
            registry=registry,
        )
        self.parked = Counter(
            "palimpsest_projection_parked_events",
            "Events that could not be folded; those that wait behind them are not counted.",
            ["model"],
            registry=registry,
        )
        self.stopped = Gauge(
            "palimpsest_projection_stopped_partitions",
            "Partitions that wait for newer code or an operator.",
            ["model"],
            registry=registry,
        )
