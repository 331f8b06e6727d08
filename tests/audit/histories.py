"""Random histories of notes, the same for the same seed."""

import random

from domain.event import Event
from tests.projection.notes import NoteRemoved, NoteRetagged, NoteSeen, NoteWritten

_TAGS = ("x", "y", "z", "{,}")
_TEXTS = ("", "one", "\\ and ü")


def history(luck: random.Random, size: int, prefix: str = "") -> list[Event]:
    return [_event(luck, f"{prefix}{luck.choice('abcdef')}") for _ in range(size)]


def _event(luck: random.Random, note: str) -> Event:
    tags = tuple(luck.sample(_TAGS, luck.randint(0, 3)))
    match luck.randint(0, 4):
        case 0 | 1:
            return NoteWritten(note=note, text=luck.choice(_TEXTS), tags=tags)
        case 2:
            return NoteRetagged(note=note, tags=tags)
        case 3:
            return NoteRemoved(note=note)
        case _:
            return NoteSeen(note=note)
