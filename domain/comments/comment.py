"""The state that comment commands decide on. It keeps no text: a digest tells whether one changes."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal, assert_never
from uuid import UUID

from domain.command import Name
from domain.comments import events as e
from domain.digest import digest


@dataclass(frozen=True, slots=True)
class Comment:
    id: UUID
    post: UUID
    author: UUID
    depth: int
    place: str
    body: bytes
    status: Literal["shown", "hidden", "rejected", "deleted"] = "shown"
    """Hidden by flags, until a moderator looks; rejected by one."""
    flagged_by: frozenset[UUID] = frozenset()
    """Since a moderator looked last."""

    names: ClassVar[tuple[Name, ...]] = ()

    @property
    def is_shown(self) -> bool:
        return self.status == "shown"

    @staticmethod
    def evolve(state: "Comment | None", event: e.AnyCommentEvent) -> "Comment":
        """The state after the event; None is a stream without events."""
        if isinstance(event, e.CommentWritten):
            return _begun(event)
        if state is None:
            raise ValueError(f"a comment cannot begin with {type(event).__name__}")
        return _changed(state, event)


def _begun(event: e.CommentWritten) -> Comment:
    return Comment(
        id=event.comment,
        post=event.post,
        author=event.author,
        depth=event.depth,
        place=event.place,
        body=digest(event.body),
    )


def _changed(state: Comment, event: e.AnyCommentEvent) -> Comment:
    match event:
        case e.CommentWritten():
            return _begun(event)
        case e.CommentEdited():
            return replace(state, body=digest(event.body))
        case e.CommentDeleted():
            return replace(state, status="deleted", flagged_by=frozenset())
        case e.CommentFlagged():
            flagged_by = state.flagged_by | {event.by}
            return replace(state, status="hidden" if event.is_hidden else state.status, flagged_by=flagged_by)
        case e.CommentApproved():
            return replace(state, status="shown", flagged_by=frozenset())
        case e.CommentRejected():
            return replace(state, status="rejected", flagged_by=frozenset())
        case _:
            assert_never(event)
