"""What is said below posts: threads, corrections, and now and then something for a moderator."""

from typing import Any

from domain.comments import events as e
from domain.comments.flag_comment import HIDING_FLAGS
from domain.comments.place import DEEPEST, place_of
from ops.generating.cast import Cast, Remark
from ops.generating.ids import SeededIds
from ops.generating.prose import Prose
from ops.generating.step import Step

_ANSWERS = 0.5
_TRIES = 20


class Commenting:
    def __init__(self, cast: Cast, ids: SeededIds, prose: Prose) -> None:
        self._cast, self._ids, self._prose = cast, ids, prose

    def write(self) -> Step | None:
        """Half of them answer another."""
        parent = self._cast.remark("shown") if self._cast.random.random() < _ANSWERS else None
        if parent and parent.depth == DEEPEST:
            parent = None
        post = parent.post if parent else self._cast.post("published", skew=3)
        if post is None:
            return None
        comment, author = self._ids.next(), self._cast.person(skew=2).id
        place = place_of(comment, self._ids.now, parent.place if parent else "")
        remark = Remark(comment, post, author, place, parent.depth + 1 if parent else 1)
        self._cast.add_remark(remark)
        body = self._prose.remark()
        return _of(
            remark,
            e.CommentWritten,
            author=author,
            parent=parent.id if parent else None,
            depth=remark.depth,
            place=place,
            body=body,
            answered=parent.author if parent else None,
            post_authors=post.authors,
        )

    def edit(self) -> Step | None:
        if (remark := self._cast.remark("shown")) is None:
            return self.write()
        return _of(remark, e.CommentEdited, author=remark.author, body=f"Edited: {self._prose.remark()}")

    def delete(self) -> Step | None:
        if (remark := self._cast.remark("shown")) is None:
            return self.write()
        remark.status = "deleted"
        return _of(remark, e.CommentDeleted)

    def flag(self) -> Step | None:
        """Mostly of a comment that somebody flagged before."""
        remark, by = self._flagged() or self._cast.remark("shown"), self._cast.person().id
        if remark is None or by == remark.author or by in remark.flagged_by:
            return self.write()
        remark.flagged_by.add(by)
        is_hidden = len(remark.flagged_by) >= HIDING_FLAGS
        remark.status = "hidden" if is_hidden else "shown"
        return _of(remark, e.CommentFlagged, by=by, is_hidden=is_hidden)

    def moderate(self) -> Step | None:
        remark = self._cast.remark("hidden") or self._flagged()
        if remark is None:
            return self.flag()
        remark.flagged_by.clear()
        is_fine = self._cast.random.random() < _ANSWERS
        remark.status = "shown" if is_fine else "rejected"
        return _of(remark, e.CommentApproved if is_fine else e.CommentRejected)

    def _flagged(self) -> Remark | None:
        for _ in range(_TRIES):
            if (found := self._cast.remark("shown")) and found.flagged_by:
                return found
        return None


def _of(remark: Remark, kind: type[e.CommentEvent], **fields: Any) -> Step:
    remark.version += 1
    event = kind.model_construct(comment=remark.id, post=remark.post.id, **fields)
    return Step(event, f"comment-{remark.id}", str(remark.post.id), remark.version - 1)
