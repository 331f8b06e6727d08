"""Why a command on a comment is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchComment(Refusal):
    """There never was one of this id below this post, or it is deleted."""

    status: ClassVar[int] = 404


class CommentExists(Refusal):
    """The id is in use."""


class CommentsClosed(Refusal):
    """The post allows no comments."""


class NothingToAnswer(Refusal):
    """What a comment would answer is not among its post's comments, or not to be seen."""


class ThreadTooDeep(Refusal):
    pass


class CommenterMissing(Refusal):
    status: ClassVar[int] = 422


class CommenterNotYours(Refusal):
    """Editors name the authors of comments."""

    status: ClassVar[int] = 403


class NotYourComment(Refusal):
    status: ClassVar[int] = 403


class OwnCommentFlagged(Refusal):
    pass


class EditorRoleRequired(Refusal):
    status: ClassVar[int] = 403
