"""How old something is, in words for a list."""

from datetime import timedelta

_UNITS = (("d", 86_400), ("h", 3600), ("min", 60))


def in_words(age: timedelta) -> str:
    """In its largest unit: `3 d`, `2 h`, `5 min`, `12 s`."""
    seconds = max(0, int(age.total_seconds()))
    for name, length in _UNITS:
        if seconds >= length:
            return f"{seconds // length} {name}"
    return f"{seconds} s"
