"""Who writes and reads, and the posts and comments that something may still happen to."""

from dataclasses import dataclass, field
from random import Random
from typing import TypeVar
from uuid import UUID

_ACTIVE = 4_000
"""Posts, or comments, that are worked on at a time: enough to look random to a projection, few enough to hold."""
_TRIES = 20
_T = TypeVar("_T")


@dataclass(slots=True)
class Person:
    id: UUID
    number: int
    version: int = 0
    follows: dict[int, int] = field(default_factory=dict)
    """By the number of whom they ever followed, the version of that stream: odd while they do."""
    places: dict[int, int] = field(default_factory=dict)
    """By place, the number of whom they follow now."""


@dataclass(slots=True)
class Play:
    """A post on its way: as much of it as says what may happen next."""

    id: UUID
    authors: tuple[UUID, ...]
    slugs: list[str]
    status: str = "draft"
    version: int = 0
    likes: dict[int, int] = field(default_factory=dict)
    """By the number of who ever liked it, the version of that stream: odd while they do."""


@dataclass(slots=True)
class Remark:
    """A comment, the same way."""

    id: UUID
    post: Play
    author: UUID
    place: str
    depth: int
    version: int = 0
    status: str = "shown"
    flagged_by: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Cast:
    random: Random
    writers: list[Person] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    """The writers first, then those who only read."""
    posts: list[Play] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add_post(self, post: Play) -> None:
        """A post begins; when there are many, one is left alone for good."""
        self._add(self.posts, post)

    def add_remark(self, remark: Remark) -> None:
        self._add(self.remarks, remark)

    def _add(self, those: list[_T], one: _T) -> None:
        if len(those) < _ACTIVE:
            those.append(one)
        else:
            those[int(self.random.random() * _ACTIVE)] = one

    def writer(self) -> Person:
        """Some write more than others."""
        return self.writers[int(len(self.writers) * self.random.random() ** 2)]

    def person(self, *, skew: int = 1) -> Person:
        """Anybody; the first ones the more often the higher the skew."""
        return self.people[int(len(self.people) * self.random.random() ** skew)]

    def post(self, *statuses: str, skew: int = 1) -> Play | None:
        """One of these statuses, if a few tries find one."""
        for _ in range(_TRIES):
            post = self.posts[int(self.random.random() ** skew * len(self.posts))] if self.posts else None
            if post and post.status in statuses:
                return post
        return None

    def remark(self, *statuses: str) -> Remark | None:
        """The same below a published post."""
        for _ in range(_TRIES):
            remark = self.remarks[int(self.random.random() * len(self.remarks))] if self.remarks else None
            if remark and remark.status in statuses and remark.post.status == "published":
                return remark
        return None
