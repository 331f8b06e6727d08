"""The comments of articles that are imported: written by those who wrote them, at the time when they did."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ops.importing.article import Article
from ops.importing.comment import Person, SourceComment
from ops.importing.credits import Credits
from ops.importing.door import Answer, CommandDoor, Wish

_AT_ONCE = 500
_THERE = {"CommentExists"}
_WHY = {
    "PostNotPublished": "comments of posts that are not public",
    "NoSuchPost": "comments of posts that are not here",
    "CommentsClosed": "comments that came after comments were closed here",
    "AccountErased": "comments whose authors could not be credited, which takes an admin",
    "NothingToAnswer": "answers to comments that are not here",
}


@dataclass(slots=True)
class Comments:
    door: CommandDoor
    credits: Credits
    left_out: Counter[str]
    written: int = 0

    async def add(self, articles: Iterable[Article]) -> None:
        """Writes what is not there yet; one that is there stays as it is."""
        waiting = [(article.id, comment) for article in articles for comment in article.comments]
        for start in range(0, len(waiting), _AT_ONCE):
            await self._write(waiting[start : start + _AT_ONCE])

    async def _write(self, waiting: Sequence[tuple[UUID, SourceComment]]) -> None:
        await self.credits.add_people(comment.by for _, comment in waiting if isinstance(comment.by, Person))
        authors = [self._author(comment) for _, comment in waiting]
        credited = [(*one, author) for one, author in zip(waiting, authors, strict=True) if author]
        self.left_out["comments whose authors could not be credited"] += len(waiting) - len(credited)
        for answer in await self.door.send([_wish(post, comment, author) for post, comment, author in credited]):
            self._judge(answer)

    def _author(self, comment: SourceComment) -> UUID | None:
        if isinstance(comment.by, Person):
            return comment.by.id
        try:
            return self.credits.find([comment.by])[0]
        except LookupError:
            return None

    def _judge(self, answer: Answer) -> None:
        if answer.problem is None:
            self.written += 1
        elif answer.code not in _THERE:
            detail = str(answer.problem.get("detail", answer.code))
            self.left_out[_WHY.get(answer.code, f"comments refused: {detail}")] += 1


def _wish(post: UUID, comment: SourceComment, author: UUID) -> Wish:
    data: dict[str, Any] = {
        "comment": str(comment.id),
        "post": str(post),
        "author": str(author),
        "body": comment.body,
    }
    if comment.parent:
        data["parent"] = str(comment.parent)
    if comment.written_at:
        data["written_at"] = comment.written_at.isoformat()
    return Wish("WriteComment", data, makes_new=True)
