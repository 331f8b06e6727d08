"""Reads posts out of the log one key at a time, in flat memory."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from domain.accounts import events as accounts
from domain.catalogue import EVENTS, UPCASTERS
from domain.taxonomy.taxonomy import Category, Taxonomy
from domain.taxonomy.taxonomy_command import STREAM as TAXONOMY
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from ops.exporting.medium import Medium
from ops.exporting.written import Written, written

_PAGE = 500
_DRAFTED = """
    SELECT position, partition_key FROM events
     WHERE type = 'PostDrafted' AND position > $1 ORDER BY position LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Author:
    handle: str
    name: str | None


@dataclass(slots=True)
class LoggedPosts:
    """Every post that is not deleted, as it is now."""

    pool: "asyncpg.Pool[Any]"
    reader: LogReader
    codec: Codec
    keyring: KeyRing
    authors: dict[UUID, Author] = field(default_factory=dict)
    """Those met so far."""

    @classmethod
    def of(cls, pool: "asyncpg.Pool[Any]") -> "LoggedPosts":
        return cls(pool, LogReader(pool), Codec(EVENTS, UPCASTERS), KeyRing(pool))

    async def categories(self) -> dict[UUID, Category]:
        """Those of now."""
        taxonomy: Taxonomy | None = None
        for event in await self._events(TAXONOMY):
            taxonomy = Taxonomy.evolve(taxonomy, event)
        return dict(taxonomy.categories) if taxonomy else {}

    async def medium(self, media: UUID) -> "Medium | None":
        """None: it is deleted, or was never there."""
        found: Medium | None = None
        for event in await self._events(str(media)):
            found = Medium.evolve(found, event)
        return found

    async def all(self) -> AsyncIterator[Written]:
        after = 0
        while rows := await self.pool.fetch(_DRAFTED, after, _PAGE):
            for row in rows:
                if post := written(await self._events(row["partition_key"], "post-")):
                    await self._meet(post.authors)
                    yield post
            after = rows[-1]["position"]

    async def _meet(self, authors: Iterable[UUID]) -> None:
        for author in authors:
            if author not in self.authors:
                self.authors[author] = _author(author, await self._events(str(author)))

    async def _events(self, key: str, kind: str = "") -> list[Any]:
        """Of the streams of this kind: a post's comments and likes have its key too."""
        found: list[Any] = []
        after = 0
        while stored := await self.reader.key(key, after):
            meant = [event for event in stored if event.stream.startswith(kind)]
            found += [recorded.event for recorded in await self.codec.decode_many(meant, self.keyring)]
            after = stored[-1].position
        return found


def _author(account: UUID, events: Iterable[Any]) -> Author:
    author = Author(f"former-{account.hex[:8]}", None)
    for event in events:
        match event:
            case accounts.AccountRegistered() | accounts.AuthorCredited():
                author = Author(event.handle, event.name)
            case accounts.HandleChanged():
                author = Author(event.handle, author.name)
            case accounts.ProfileUpdated():
                author = Author(author.handle, event.new("name", author.name))
            case _:
                pass
    return author
