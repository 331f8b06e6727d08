"""Why a command on a webhook is not accepted."""

from typing import ClassVar

from domain.refusal import Refusal


class NoSuchWebhook(Refusal):
    """There never was one of this id, or it is removed."""

    status: ClassVar[int] = 404


class WebhookExists(Refusal):
    """The id is in use."""


class TooManyWebhooks(Refusal):
    """All places are taken."""


class HttpsRequired(Refusal):
    """What is sent could be read on the way."""

    status: ClassVar[int] = 422


class SigningSecretMissing(Refusal):
    """A door makes the secret that messages are signed with, and shows it once."""

    status: ClassVar[int] = 422
