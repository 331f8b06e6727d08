"""What became of one attempt at a message."""

from dataclasses import dataclass

GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    status: int | None
    """Of HTTP; None: there was no answer."""
    duration_ms: int
    error: str | None = None
    """Why there was none."""
    excerpt: str | None = None
    """How an answer that is no acceptance begins."""
    wait_s: float = 0
    """How long the other side asked to be left alone."""

    @property
    def is_accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP status

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    @property
    def said(self) -> str:
        return self.error or f"status {self.status}"
