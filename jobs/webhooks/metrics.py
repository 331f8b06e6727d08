"""What deliveries to hooks show of themselves."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from jobs.webhooks.outcome import Outcome


class WebhookMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._attempts = Counter(
            "palimpsest_webhook_attempts", "Messages that were sent to hooks", ["outcome"], registry=registry
        )
        self._seconds = Histogram(
            "palimpsest_webhook_seconds", "How long an address took to accept a message", registry=registry
        )
        self.waiting = Gauge(
            "palimpsest_webhook_keys_waiting", "Keys of hooks with something to tell", registry=registry
        )
        self.oldest = Gauge(
            "palimpsest_webhook_oldest_seconds",
            "For how long the key that has waited longest waits, of hooks that are not paused",
            registry=registry,
        )
        self.paused = Gauge("palimpsest_webhooks_paused", "Hooks that are paused", registry=registry)

    def note(self, outcome: Outcome) -> None:
        self._attempts.labels("accepted" if outcome.is_accepted else "refused").inc()
        if outcome.is_accepted:
            self._seconds.observe(outcome.duration_ms / 1000)
