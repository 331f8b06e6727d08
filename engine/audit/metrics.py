"""What the drift audit tells Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class AuditMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.keys = Counter(
            "palimpsest_audit_keys",
            "Keys folded afresh and compared with what is served.",
            ["model"],
            registry=registry,
        )
        self.drifted = Gauge(
            "palimpsest_audit_drifted_keys",
            "Keys that are not served as the log says; above 0 is an alarm.",
            ["model"],
            registry=registry,
        )
        self.finished = Gauge(
            "palimpsest_audit_finished_seconds",
            "When the last whole cycle ended, in seconds since 1970.",
            ["model"],
            registry=registry,
        )
