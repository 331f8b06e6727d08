"""Who writes, and the posts that somebody may still work on."""

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

_ACTIVE = 4_000
"""Posts that are worked on at a time: enough to look random to a projection, few enough to hold in memory."""


@dataclass(slots=True)
class Writer:
    id: UUID
    version: int = 0


@dataclass(slots=True)
class Play:
    """A post on its way: as much of it as says what may happen next."""

    id: UUID
    owner: UUID
    slugs: list[str]
    status: str = "draft"
    version: int = 0


@dataclass(slots=True)
class Cast:
    random: Random
    writers: list[Writer] = field(default_factory=list)
    posts: list[Play] = field(default_factory=list)

    def add_post(self, post: Play) -> None:
        """A post begins; when there are many, one is left alone for good."""
        if len(self.posts) < _ACTIVE:
            self.posts.append(post)
        else:
            self.posts[int(self.random.random() * _ACTIVE)] = post

    def writer(self) -> Writer:
        """Some write more than others."""
        return self.writers[int(len(self.writers) * self.random.random() ** 2)]

    def post(self, *statuses: str) -> Play | None:
        """One of these statuses, if a few tries find one."""
        for _ in range(20):
            post = self.posts[int(self.random.random() * len(self.posts))] if self.posts else None
            if post and post.status in statuses:
                return post
        return None
