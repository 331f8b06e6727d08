"""What is written, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.event import Event
from domain.posts import events as e
from domain.posts.tags import without_repeats
from ops.generating.cast import Cast, Play
from ops.generating.ids import SeededIds
from ops.generating.prose import Prose
from ops.generating.step import Step
from ops.generating.vocabulary import LANGUAGES, TAGS

_FIRST_DAY, _DAYS = datetime(2014, 1, 1, tzinfo=UTC), 4_000


class Posting:
    def __init__(self, cast: Cast, ids: SeededIds, prose: Prose, seed: int) -> None:
        self._cast, self._ids, self._prose, self._seed = cast, ids, prose, seed
        self._random = cast.random
        self._count = 0

    def draft(self) -> Step:
        title, authors = self._prose.title(), self._writers()
        post = Play(self._ids.next(), authors, [self._slug(title)])
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
        return _of(post, event)._replace(claims=(("slug", post.slugs[0]),))

    def revise(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        changes: dict[str, Any] = {"body": self._prose.body()}
        if self._random.random() < 0.2:  # noqa: PLR2004 - a share
            changes = {"title": self._prose.title(), **changes}
        event = e.PostRevised.model_construct(post=post.id, owner=post.authors[0], changed=tuple(changes), **changes)
        return _of(post, event)

    def publish(self) -> Step | None:
        if (post := self._cast.post("draft")) is None:
            return None
        post.status = "published"
        date = _FIRST_DAY + timedelta(seconds=self._random.randrange(_DAYS * 86_400))
        return _of(post, e.PostPublished.model_construct(post=post.id, published_at=date))

    def retag(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        return _of(post, e.PostRetagged.model_construct(post=post.id, tags=self._tags()))

    def move(self) -> Step | None:
        if (post := self._cast.post("draft", "published")) is None:
            return None
        slug = self._slug(self._prose.title())
        post.slugs.append(slug)
        return _of(post, e.SlugChanged.model_construct(post=post.id, slug=slug))._replace(claims=(("slug", slug),))

    def turn(self, kind: type[e.PostEvent], into: str, *statuses: str) -> Step | None:
        if (post := self._cast.post(*statuses)) is None:
            return None
        post.status = into
        return _of(post, kind.model_construct(post=post.id))

    def delete(self) -> Step | None:
        if (post := self._cast.post("draft", "archived")) is None:
            return None
        post.status = "deleted"
        freed = tuple(("slug", slug) for slug in post.slugs)
        return _of(post, e.PostDeleted.model_construct(post=post.id))._replace(releases=freed)

    def _slug(self, title: str) -> str:
        self._count += 1
        return f"{title.lower().replace(' ', '-')}-{self._seed}-{self._count}"

    def _tags(self) -> tuple[str, ...]:
        count = int(self._random.random() * 7)
        return without_repeats(TAGS[int(len(TAGS) * self._random.random() ** 3)] for _ in range(count))

    def _writers(self) -> tuple[UUID, ...]:
        count = 1 if self._random.random() < 0.8 else self._random.randint(2, 4)  # noqa: PLR2004 - a share
        return tuple(dict.fromkeys(self._cast.writer().id for _ in range(count)))


def _of(post: Play, event: Event) -> Step:
    post.version += 1
    return Step(event, f"post-{post.id}", str(post.id), post.version - 1)
