"""How long an answer asks to be left alone (RFC 9110, 10.2.3)."""

from email.utils import parsedate_to_datetime

from kit import clock

_LONGEST_S = 3600.0


def wait_s(value: str) -> float:
    """Seconds from now, at most an hour; 0 for what cannot be read."""
    if value.isascii() and value.isdigit():
        return min(_LONGEST_S, float(value[:10]))
    try:
        until = parsedate_to_datetime(value)
        return min(_LONGEST_S, max(0.0, (until - clock.now()).total_seconds()))
    except (ValueError, TypeError):
        return 0
