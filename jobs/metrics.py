"""What the jobs process shows of itself."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from jobs.upkeep import Open

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800)


class JobMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter("palimpsest_job_attempts", "Attempts", ["job", "outcome"], registry=registry)
        self.resent = Counter("palimpsest_jobs_resent", "Messages that the sweeper sent", registry=registry)
        self._seconds = Histogram(
            "palimpsest_job_seconds", "How long an attempt took", ["job"], buckets=_SECONDS, registry=registry
        )
        self._open = Gauge(
            "palimpsest_jobs",
            "Jobs that are not done; failed ones wait for an operator",
            ["job", "state"],
            registry=registry,
        )
        self._oldest = Gauge(
            "palimpsest_job_oldest_seconds",
            "Since the oldest job that waits or runs was to be done",
            ["queue", "job"],
            registry=registry,
        )

    def timed(self, job: str) -> AbstractContextManager[object]:
        """Times one attempt, whatever comes of it."""
        return self._seconds.labels(job).time()

    def show_open(self, found: Iterable[Open]) -> None:
        self._open.clear()
        self._oldest.clear()
        oldest: dict[tuple[str, str], float] = {}
        for each in found:
            self._open.labels(each.job, each.state).inc(each.jobs)
            if each.state != "failed":
                place = each.queue, each.job
                oldest[place] = max(oldest.get(place, 0.0), each.oldest_s)
        for (queue, job), seconds in oldest.items():
            self._oldest.labels(queue, job).set(seconds)
