"""Takes articles to the command door, window by window; a second run finds that nothing has to change."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ops.importing.article import Article
from ops.importing.categories import Categories
from ops.importing.comments import Comments
from ops.importing.credits import Credits
from ops.importing.door import Answer, CommandDoor, Wish
from ops.importing.media import Media
from ops.importing.refusals import says
from ops.importing.remarks import Remarks
from ops.progress import Progress

_SLUG_TRIES = 20


@dataclass(slots=True)
class Asked:
    """An article and how its import stands."""

    article: Article
    authors: tuple[UUID, ...]
    category: UUID | None
    slug: str
    is_new: bool = False
    is_refused: bool = False

    def content(self) -> dict[str, Any]:
        """What a draft and a revision share. Whether comments are allowed is said after those that there were."""
        content = self.article.content(self.authors, self.category)
        if self.article.closes_later:
            del content["comments_allowed"]
        return content

    def wish(self, command: str, **data: Any) -> Wish:
        return Wish(command, {"post": str(self.article.id), **data})


@dataclass(slots=True)
class Importer:
    door: CommandDoor
    credits: Credits
    categories: Categories
    comments: Comments
    media: Media
    remarks: Remarks
    progress: Progress
    outcomes: Counter[str] = field(default_factory=Counter)
    _crediting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, window: Sequence[Article]) -> None:
        """Imports these articles.

        Raises:
            DoorClosed: the command API is gone.
        """
        await self.media.take(window)
        async with self._crediting:
            await self.credits.add({called: article.name for article in window for called in article.people})
            await self.categories.add(article.category for article in window)
        asked = [one for article in window if (one := self._asked(article))]
        await self._draft(asked)
        await self._complete([one for one in asked if not one.is_refused])
        await self.comments.add(_answered(asked))
        await self._close([one for one in asked if not one.is_refused and one.article.closes_later])
        self.progress.add(len(window))

    def _asked(self, article: Article) -> Asked | None:
        field = "authors"
        try:
            authors = self.credits.find(article.authors)
            field = "category"
            return Asked(article, authors, self.categories.find(article.category), article.slug)
        except LookupError as missing:
            self._refuse_article(article, str(missing), article.lines.get(field))
            return None

    async def _draft(self, asked: Sequence[Asked]) -> None:
        """Begins every post; one whose slug another post has is tried again under the next."""
        waiting = list(asked)
        for number in range(2, _SLUG_TRIES + 2):
            answers = await self.door.send([_draft_of(one) for one in waiting])
            taken = []
            for one, answer in zip(waiting, answers, strict=True):
                if answer.code == "SlugTaken":
                    one.slug = f"{one.article.slug}-{number}"
                    taken.append(one)
                elif answer.problem is None:
                    one.is_new = True
                    self._say_new_slug(one)
                elif answer.code != "PostExists":
                    self._refuse(one, answer)
            waiting = taken
            if not waiting:
                return
        for one in waiting:
            self._refuse_article(one.article, f"the slug {one.article.slug} is taken", None)
            one.is_refused = True

    async def _complete(self, asked: Sequence[Asked]) -> None:
        """Publishes what is new, and brings what was there before to what the file says now."""
        planned = [(one, _rest_of(one)) for one in asked]
        answers = iter(await self.door.send([wish for _, wishes in planned for wish in wishes]))
        for one, wishes in planned:
            given = [(wish, next(answers)) for wish in wishes]
            for wish, answer in given:
                self._judge(one, wish, answer)
            if not one.is_refused:
                self.outcomes["new" if one.is_new else "changed" if _is_changed(given) else "unchanged"] += 1

    async def _close(self, asked: Sequence[Asked]) -> None:
        """Posts that take no more comments take those that they had before."""
        await self.door.send([one.wish("RevisePost", comments_allowed=False) for one in asked])

    def _judge(self, one: Asked, wish: Wish, answer: Answer) -> None:
        if answer.problem is None or one.is_refused:
            return
        match answer.code:
            case "SlugTaken":
                if wish.data["slug"] != one.article.slug:
                    self.remarks.warning(one.article.name, f"the earlier slug {wish.data['slug']} is another post's")
            case "NoSuchPost":
                self.remarks.warning(one.article.name, "was deleted here since; left alone")
                one.is_refused = True
                self.outcomes["left alone"] += 1
            case "PostIsArchived":
                if not one.article.is_archived:
                    self.remarks.warning(one.article.name, "is archived here; not published again")
            case "DateAhead" | "TimePassed" | "TimeTooFar":
                detail = f"its date lies ahead: kept as a draft ({answer.problem.get('detail', '')})"
                self.remarks.warning(one.article.name, detail, one.article.lines.get("date"))
            case "PostIsPublished":
                self.remarks.warning(one.article.name, "its date lies ahead, and it is published here already")
            case "NothingToPublish":
                self.remarks.warning(one.article.name, "has no body: kept as a draft")
            case _:
                self._refuse(one, answer)

    def _say_new_slug(self, one: Asked) -> None:
        if one.slug != one.article.slug:
            self.remarks.warning(
                one.article.name, f"the slug {one.article.slug} is another post's; {one.slug} is taken"
            )

    def _refuse(self, one: Asked, answer: Answer) -> None:
        one.is_refused = True
        reason, line = says(answer.problem or {}, one.article)
        self._refuse_article(one.article, reason, line)

    def _refuse_article(self, article: Article, reason: str, line: int | None) -> None:
        self.outcomes["refused"] += 1
        self.remarks.refused(article.name, reason, line)


def _answered(asked: Iterable[Asked]) -> list[Article]:
    return [one.article for one in asked if one.article.comments and not one.is_refused]


def _draft_of(one: Asked) -> Wish:
    return Wish("DraftPost", {"post": str(one.article.id), "slug": one.slug, **one.content()}, makes_new=True)


def _rest_of(one: Asked) -> list[Wish]:
    wishes: list[Wish] = []
    if one.is_new:
        for earlier in one.article.earlier_slugs:
            wishes += [one.wish("ChangeSlug", slug=earlier), one.wish("ChangeSlug", slug=one.slug)]
    else:
        # A revision of nothing gives the version before.
        wishes += [one.wish("RevisePost"), one.wish("RevisePost", **one.content())]
        wishes += [one.wish("ChangeSlug", slug=one.article.slug)]
    if not one.article.is_draft:
        wishes.append(_published(one))
    if one.article.is_archived:
        wishes.append(one.wish("ArchivePost"))
    return wishes


def _published(one: Asked) -> Wish:
    """Now, at its time, or when that has come."""
    date = one.article.published_at
    if date and date > datetime.now(UTC):
        return one.wish("SchedulePost", publish_at=date.isoformat())
    return one.wish("PublishPost", **({"published_at": date.isoformat()} if date else {}))


def _is_changed(given: Iterable[tuple[Wish, Answer]]) -> bool:
    return len({answer.version for _, answer in given if answer.problem is None}) > 1
