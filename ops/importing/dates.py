"""Dates as weblogs write them: `2015-03-17`, `2015-03-17 14:00:00 -4`, `2015-03-17T14:00:00.000Z`, in file names."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_DATE = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    r"(?:[Tt ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_FILE = re.compile(r"(?P<date>\d{4}-\d{1,2}-\d{1,2})-(?P<rest>.+)")
_LONGEST_OFFSET_H = 14


def parse_date(text: str, zone: tzinfo = UTC) -> datetime:
    """The moment, in UTC.

    Args:
        text: a date, perhaps with a time, perhaps with an offset.
        zone: where a date without an offset was meant.

    Raises:
        ValueError: not a date, or none that exists.
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a date such as 2015-03-17 or 2015-03-17 14:00:00 -4")
    year, month, day, hour, minute, second = (
        int(found[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")
    )
    micro = int((found["fraction"] or "0")[:6].ljust(6, "0"))
    local = datetime(year, month, day, hour, minute, second, micro, tzinfo=_offset(found["zone"]) or zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is too far from today") from None


def split_file_name(stem: str) -> tuple[str | None, str]:
    """Jekyll's `2015-03-17-the-slug` as its date and the rest."""
    found = _FILE.fullmatch(stem)
    return (found["date"], found["rest"]) if found else (None, stem)


def _offset(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits, "0") if len(digits) <= 2 else (digits[:-2], digits[-2:])  # noqa: PLR2004 - -4 and -04
    if int(hours) > _LONGEST_OFFSET_H:
        raise ValueError(f"no place on earth is at {zone}")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if zone[0] == "-" else offset)
