"""The numbered places of hooks: each claims one, so there are never more than that, however many come at once."""

from domain.command import Context, Name
from domain.webhooks.refusals import TooManyWebhooks

MOST = 50


def place_name(place: int) -> Name:
    """Numbered so that one refusal tells all that are taken."""
    return Name("webhook", "place" if place == 1 else f"place-{place}")


def free_place(context: Context) -> int:
    """A place that nobody is known to have.

    Raises:
        TooManyWebhooks: all are taken.
    """
    for place in range(1, MOST + 1):
        if place_name(place) not in context.taken:
            return place
    raise TooManyWebhooks(f"There are {MOST} webhooks, which is as many as there may be; remove one.")
