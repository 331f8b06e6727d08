"""The secrets that a hook's messages are signed with: one, or two for a day after it was changed."""

from datetime import timedelta

from domain.command import Context, Secret
from domain.webhooks.refusals import SigningSecretMissing

NEWEST, FORMER = "webhook", "webhook_former"
"""The kinds of secrets that are written beside the log."""
BOTH_FOR = timedelta(days=1)


def first_secret(context: Context) -> tuple[Secret, ...]:
    """Raises SigningSecretMissing: nothing was made outside."""
    return (Secret(NEWEST, _fresh(context)),)


def rotated(context: Context) -> tuple[Secret, ...]:
    """The new one takes over at once; the one before signs as well, until receivers know the new one.

    Raises:
        SigningSecretMissing: nothing was made outside.
    """
    return (Secret(NEWEST, _fresh(context)), Secret(FORMER, context.former_secret, context.now + BOTH_FOR))


def removed() -> tuple[Secret, ...]:
    return (Secret(NEWEST, None), Secret(FORMER, None))


def _fresh(context: Context) -> str:
    if context.signing_secret is None:
        raise SigningSecretMissing("The doors POST /webhooks and PATCH /webhooks/{id} make the secret.")
    return context.signing_secret
