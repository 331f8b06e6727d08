"""Who writes, and the posts that somebody may still work on."""

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from domain.accounts.account import Account
from domain.posts.post import Post

_ACTIVE = 4_000
"""Posts that are worked on at a time: enough to look random to a projection, few enough to hold in memory."""


@dataclass(slots=True)
class Stream:
    """An aggregate on its way: its state and version."""

    state: Any = None
    version: int = 0


@dataclass(slots=True)
class Cast:
    random: Random
    authors: list["Stream"] = field(default_factory=list)
    posts: list["Stream"] = field(default_factory=list)

    def add_author(self, stream: Stream) -> None:
        self.authors.append(stream)

    def add_post(self, stream: Stream) -> None:
        """A post begins; when there are many, one is left alone for good."""
        if len(self.posts) < _ACTIVE:
            self.posts.append(stream)
        else:
            self.posts[self.random.randrange(_ACTIVE)] = stream

    def author(self) -> Stream:
        """Some write more than others."""
        return self.authors[int(len(self.authors) * self.random.random() ** 2)]

    def author_id(self) -> UUID:
        state: Account = self.author().state
        return state.id

    def post(self, *statuses: str) -> Stream | None:
        """One of these statuses, if a few tries find one."""
        for _ in range(20):
            stream = self.posts[int(self.random.random() * len(self.posts))] if self.posts else None
            if stream and isinstance(stream.state, Post) and stream.state.status in statuses:
                return stream
        return None
