"""What happens, in a natural mix. Events are made as the domain's decisions would make them, without asking it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from domain.accounts.events import AuthorCredited, ProfileUpdated
from domain.event import Event
from domain.posts import events as e
from domain.posts.tags import without_repeats
from ops.generating.cast import Cast, Play, Writer
from ops.generating.ids import SeededIds
from ops.generating.prose import Prose
from ops.generating.vocabulary import LANGUAGES, NAMES, SURNAMES, TAGS

_FIRST_DAY, _DAYS = datetime(2014, 1, 1, tzinfo=UTC), 4_000


class Step(NamedTuple):
    """One event, and what is stored together with it."""

    event: Event
    stream: str
    key: str
    expected_version: int
    claims: tuple[tuple[str, str], ...] = ()
    releases: tuple[tuple[str, str], ...] = ()
    new_keys_for: UUID | None = None


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
        self._count = 0
        mix = mix or Mix()
        self._kinds: dict[Callable[[], Step | None], float] = {
            self._draft: mix.drafted,
            self._revise: mix.revised,
            self._publish: mix.published,
            self._retag: mix.retagged,
            self._profile: mix.profiles,
            self._move: mix.moved,
            lambda: self._turn(e.PostUnpublished, "draft", "published"): mix.unpublished,
            lambda: self._turn(e.PostArchived, "archived", "draft", "published"): mix.archived,
            lambda: self._turn(e.PostRestored, "draft", "archived"): mix.restored,
            self._delete: mix.deleted,
        }

    def steps(self) -> Iterator[Step]:
        """Authors first, then whatever happens."""
        for number in range(self._authors):
            yield self._credit(number)
        kinds, weights = tuple(self._kinds), tuple(self._kinds.values())
        while True:
            for kind in self._random.choices(kinds, weights, k=1000):
                yield kind() or self._draft()

    def _credit(self, number: int) -> Step:
        first, last = self._random.choice(NAMES), self._random.choice(SURNAMES)
        writer = Writer(self._ids.next())
        self._cast.writers.append(writer)
        handle = f"{last.lower()[:12]}-{self._seed % 10_000}-{number}"
        event = AuthorCredited.model_construct(account=writer.id, handle=handle, name=f"{first} {last}")
        return _of_account(writer, event)._replace(claims=(("handle", handle),), new_keys_for=writer.id)

    def _profile(self) -> Step:
        writer = self._cast.writer()
        text = self._prose.sentence()
        event = ProfileUpdated.model_construct(account=writer.id, changed=("biography",), biography=text)
        return _of_account(writer, event)

    def _draft(self) -> Step:
        title, authors = self._prose.title(), self._writers()
        post = Play(self._ids.next(), authors[0], [self._slug(title)])
        self._cast.add_post(post)
        event = e.PostDrafted.model_construct(
            post=post.id,
            owner=authors[0],
            authors=authors,
            title=title,
            body=self._prose.body(),
            format="markdown",
            excerpt=self._prose.sentence() if self._random.random() < 0.7 else None,  # noqa: PLR2004 - a share
            language=self._random.choice(LANGUAGES),
            tags=self._tags(),
            slug=post.slugs[0],
            comments_allowed=True,
        )
        return _of_post(post, event)._replace(claims=(("slug", post.slugs[0]),))

    def _revise(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        changes: dict[str, Any] = {"body": self._prose.body()}
        if self._random.random() < 0.2:  # noqa: PLR2004 - a share
            changes = {"title": self._prose.title(), **changes}
        event = e.PostRevised.model_construct(post=post.id, owner=post.owner, changed=tuple(changes), **changes)
        return _of_post(post, event)

    def _publish(self) -> Step | None:
        if (post := self._cast.post("draft")) is None:
            return None
        post.status = "published"
        date = _FIRST_DAY + timedelta(seconds=self._random.randrange(_DAYS * 86_400))
        return _of_post(post, e.PostPublished.model_construct(post=post.id, published_at=date))

    def _retag(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        return _of_post(post, e.PostRetagged.model_construct(post=post.id, tags=self._tags()))

    def _move(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        slug = self._slug(self._prose.title())
        post.slugs.append(slug)
        return _of_post(post, e.SlugChanged.model_construct(post=post.id, slug=slug))._replace(claims=(("slug", slug),))

    def _turn(self, kind: type[e.PostEvent], into: str, *statuses: str) -> Step | None:
        if (post := self._cast.post(*statuses)) is None:
            return None
        post.status = into
        return _of_post(post, kind.model_construct(post=post.id))

    def _delete(self) -> Step | None:
        if (post := self._cast.post("draft", "archived")) is None:
            return None
        post.status = "deleted"
        freed = tuple(("slug", slug) for slug in post.slugs)
        return _of_post(post, e.PostDeleted.model_construct(post=post.id))._replace(releases=freed)

    def _slug(self, title: str) -> str:
        self._count += 1
        return f"{title.lower().replace(' ', '-')}-{self._seed}-{self._count}"

    def _tags(self) -> tuple[str, ...]:
        count = int(self._random.random() * 7)
        return without_repeats(TAGS[int(len(TAGS) * self._random.random() ** 3)] for _ in range(count))

    def _writers(self) -> tuple[UUID, ...]:
        count = 1 if self._random.random() < 0.8 else self._random.randint(2, 4)  # noqa: PLR2004 - a share
        return tuple(dict.fromkeys(self._cast.writer().id for _ in range(count)))


def _of_account(writer: Writer, event: Event) -> Step:
    writer.version += 1
    return Step(event, f"account-{writer.id}", str(writer.id), writer.version - 1)


def _of_post(post: Play, event: Event) -> Step:
    post.version += 1
    return Step(event, f"post-{post.id}", str(post.id), post.version - 1)
