"""One thing that happens, and what is stored together with it."""

from typing import NamedTuple
from uuid import UUID

from domain.event import Event


class Step(NamedTuple):
    event: Event
    stream: str
    key: str
    expected_version: int
    claims: tuple[tuple[str, str], ...] = ()
    releases: tuple[tuple[str, str], ...] = ()
    new_keys_for: UUID | None = None
