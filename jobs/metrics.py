"""What the jobs process shows of itself."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge


class JobMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter("palimpsest_job_attempts", "Attempts", ["job", "outcome"], registry=registry)
        self._open = Gauge(
            "palimpsest_jobs",
            "Jobs that are not done; failed ones wait for an operator",
            ["job", "state"],
            registry=registry,
        )
        self.resent = Counter("palimpsest_jobs_resent", "Messages that the sweeper sent", registry=registry)

    def show_open(self, counts: Mapping[tuple[str, str], int]) -> None:
        self._open.clear()
        for (job, state), count in counts.items():
            self._open.labels(job, state).set(count)
