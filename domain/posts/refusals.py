"""Why a command on a post is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchPost(Refusal):
    """There never was one of this id, or it is deleted."""

    status: ClassVar[int] = 404


class PostExists(Refusal):
    """The id is in use."""


class NotTheAuthor(Refusal):
    status: ClassVar[int] = 403


class AuthorRoleRequired(Refusal):
    status: ClassVar[int] = 403


class AuthorsNotYours(Refusal):
    """Editors name the authors of posts."""

    status: ClassVar[int] = 403


class AuthorsMissing(Refusal):
    status: ClassVar[int] = 422


class CoverUnknown(Refusal):
    """A cover is a medium of one's own; an editor takes anybody's."""

    status: ClassVar[int] = 422


class DateNotYours(Refusal):
    """Editors date posts."""

    status: ClassVar[int] = 403


class DateAhead(Refusal):
    status: ClassVar[int] = 422


class TimePassed(Refusal):
    """Posts are scheduled for a time that lies ahead."""

    status: ClassVar[int] = 422


class TimeTooFar(Refusal):
    status: ClassVar[int] = 422


class SlugTaken(Refusal):
    pass


class NothingToPublish(Refusal):
    pass


class PostNotPublished(Refusal):
    pass


class PostIsPublished(Refusal):
    pass


class PostNotScheduled(Refusal):
    pass


class ScheduleChanged(Refusal):
    """The post was rescheduled, unscheduled or published since."""


class NotDueYet(Refusal):
    pass


class NoAuthorMayPublish(Refusal):
    """All of the post's authors are suspended or have closed their accounts."""


class PostNotArchived(Refusal):
    pass


class PostIsArchived(Refusal):
    pass
