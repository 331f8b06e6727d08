"""Why a command on a medium is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchMedia(Refusal):
    """There never was one of this id, or it is deleted."""

    status: ClassVar[int] = 404


class MediaExists(Refusal):
    """The id is in use."""


class NotYourMedia(Refusal):
    status: ClassVar[int] = 403


class NothingUploaded(Refusal):
    """A medium begins with bytes, which its own door takes."""

    status: ClassVar[int] = 422


class OwnerMissing(Refusal):
    status: ClassVar[int] = 422
