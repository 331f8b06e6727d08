"""A moment on the command line."""

import argparse
from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """An ISO 8601 date or time; UTC when it does not say.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the latter: before the year 1 or after 9999 in UTC
        raise argparse.ArgumentTypeError("a moment looks like 2026-11-01 or 2026-11-01T12:00Z") from None
