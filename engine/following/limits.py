"""The bounds of a follower: how much it keeps, how much it hands on, how long it waits."""

from dataclasses import dataclass

EVENT_OVERHEAD_BYTES = 1_000
"""What an event costs in memory besides its data."""


@dataclass(frozen=True, slots=True)
class Limits:
    batch_events: int = 2_000
    batch_bytes: int = 4 * 1024 * 1024
    window_events: int = 2_000
    """A partition that holds more arrived events than this is paused; it is resumed at half."""
    window_bytes: int = 1024 * 1024
    beat_s: float = 1.0
    """How often checkpoints are compared with the log's head."""
    stuck_s: float = 60.0
    """A partition with lag that makes no progress for so long ends the process."""
    retry_s: float = 0.1
    """The first wait after a store or the log could not be reached; it doubles up to `retry_most_s`."""
    retry_most_s: float = 5.0
