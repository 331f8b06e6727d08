"""What happens: commands in a natural mix, each decided by the domain as if somebody had asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from domain.accounts.credit_author import CreditAuthor
from domain.accounts.update_profile import UpdateProfile
from domain.command import Actor, Command, Context, Decision
from domain.posts.archive_post import ArchivePost
from domain.posts.change_slug import ChangeSlug
from domain.posts.delete_post import DeletePost
from domain.posts.draft_post import DraftPost
from domain.posts.publish_post import PublishPost
from domain.posts.restore_post import RestorePost
from domain.posts.retag_post import RetagPost
from domain.posts.revise_post import RevisePost
from domain.posts.slugs import derive
from domain.posts.unpublish_post import UnpublishPost
from ops.generating.cast import Cast, Stream
from ops.generating.ids import SeededIds
from ops.generating.prose import Prose
from ops.generating.vocabulary import LANGUAGES, NAMES, SURNAMES, TAGS

_FIRST_DAY, _DAYS = datetime(2014, 1, 1, tzinfo=UTC), 4_000
_SYSTEM = Actor(is_system=True)


class Step(NamedTuple):
    """One accepted command: where its events go and what its decision asks for."""

    command: Command
    decision: Decision
    expected_version: int


@dataclass(frozen=True, slots=True)
class Mix:
    """Of 15 events: how many of each kind."""

    drafted: float = 3
    revised: float = 6
    published: float = 3
    retagged: float = 1
    profiles: float = 0.8
    moved: float = 0.4
    unpublished: float = 0.4
    archived: float = 0.2
    restored: float = 0.1
    deleted: float = 0.1


class History:
    """An endless history; the same seed, number of authors and mix give the same one."""

    def __init__(self, seed: int, *, authors: int, mix: Mix | None = None) -> None:
        self._seed, self._authors = seed, authors
        self._random = Random(seed)  # noqa: S311 - texts, not secrets
        self._ids, self._prose, self._cast = SeededIds(self._random), Prose(self._random), Cast(self._random)
        self._context = Context(actor=_SYSTEM, now=datetime.now(UTC))
        self._count = 0
        mix = mix or Mix()
        self._kinds: dict[Callable[[], tuple[Stream, Command] | None], float] = {
            self._draft: mix.drafted,
            self._revise: mix.revised,
            self._publish: mix.published,
            self._retag: mix.retagged,
            self._profile: mix.profiles,
            self._move: mix.moved,
            lambda: self._change(UnpublishPost, "published"): mix.unpublished,
            lambda: self._change(ArchivePost, "draft", "published"): mix.archived,
            lambda: self._change(RestorePost, "archived"): mix.restored,
            lambda: self._change(DeletePost, "draft", "archived"): mix.deleted,
        }

    def steps(self) -> Iterator[Step]:
        """Authors first, then whatever happens."""
        for number in range(self._authors):
            yield from self._decided(*self._credit(number))
        kinds, weights = tuple(self._kinds), tuple(self._kinds.values())
        while True:
            for kind in self._random.choices(kinds, weights, k=1000):
                yield from self._decided(*(kind() or self._draft()))

    def _decided(self, stream: Stream, command: Command) -> Iterator[Step]:
        decision = command.decide(stream.state, self._context)
        if decision.events:
            for event in decision.events:
                stream.state = type(command).aggregate.evolve(stream.state, event)
            yield Step(command, decision, stream.version)
            stream.version += len(decision.events)

    def _credit(self, number: int) -> tuple[Stream, Command]:
        name = f"{self._random.choice(NAMES)} {self._random.choice(SURNAMES)}"
        handle = f"{derive(name)[:14].strip('-')}-{self._seed % 10_000}-{number}"
        self._cast.add_author(stream := Stream())
        return stream, CreditAuthor(account=self._ids.next(), handle=handle, name=name)

    def _draft(self) -> tuple[Stream, Command]:
        title = self._prose.title()
        self._count += 1
        self._cast.add_post(stream := Stream())
        return (
            stream,
            DraftPost(
                post=self._ids.next(),
                title=title,
                body=self._prose.body(),
                excerpt=self._prose.excerpt()[:500] if self._random.random() < 0.7 else None,  # noqa: PLR2004 - a share
                language=self._random.choice(LANGUAGES),
                tags=self._tags(),
                slug=f"{derive(title)[:60].rstrip('-')}-{self._seed}-{self._count}",
                authors=self._writers(),
            ),
        )

    def _revise(self) -> tuple[Stream, Command] | None:
        stream = self._cast.post("draft", "published")
        if stream is None:
            return None
        changes: dict[str, Any] = {"body": self._prose.body()}
        if self._random.random() < 0.2:  # noqa: PLR2004 - a share
            changes["title"] = self._prose.title()
        return stream, RevisePost(post=stream.state.id, **changes)

    def _publish(self) -> tuple[Stream, Command] | None:
        stream = self._cast.post("draft")
        if stream is None:
            return None
        date = _FIRST_DAY + timedelta(seconds=self._random.randrange(_DAYS * 86_400))
        return stream, PublishPost(post=stream.state.id, published_at=date)

    def _retag(self) -> tuple[Stream, Command] | None:
        stream = self._cast.post("draft", "published")
        return None if stream is None else (stream, RetagPost(post=stream.state.id, tags=self._tags()))

    def _move(self) -> tuple[Stream, Command] | None:
        stream = self._cast.post("draft", "published")
        if stream is None:
            return None
        self._count += 1
        slug = f"{derive(self._prose.title())[:60].rstrip('-')}-{self._seed}-{self._count}"
        return stream, ChangeSlug(post=stream.state.id, slug=slug)

    def _profile(self) -> tuple[Stream, Command] | None:
        stream = self._cast.author()
        return stream, UpdateProfile(account=stream.state.id, biography=self._prose.excerpt())

    def _change(self, kind: Callable[..., Command], *statuses: str) -> tuple[Stream, Command] | None:
        stream = self._cast.post(*statuses)
        return None if stream is None else (stream, kind(post=stream.state.id))

    def _tags(self) -> tuple[str, ...]:
        count = self._random.randint(0, 6)
        return tuple(TAGS[int(len(TAGS) * self._random.random() ** 3)] for _ in range(count))

    def _writers(self) -> tuple[UUID, ...]:
        count = 1 if self._random.random() < 0.8 else self._random.randint(2, 4)  # noqa: PLR2004 - a share
        return tuple(self._cast.author_id() for _ in range(count))
