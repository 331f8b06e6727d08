"""The numbered places of a follower: a follow claims one, so nobody can follow more than there are.

No stream holds all that one follows, and none has to: the log's claims are unique, however many follow at once.
"""

from uuid import UUID

from domain.command import Context, Name
from domain.follows.refusals import TooManyFollows

MOST = 5_000


def place_name(follower: UUID, place: int) -> Name:
    return Name("follow", f"{follower.hex}-{place}")


def free_place(follower: UUID, followee: UUID, context: Context) -> int:
    """A place that nobody is known to have: at first as the followee's id has it, which is free as a rule.

    Raises:
        TooManyFollows: all are taken.
    """
    first = followee.int % MOST
    for step in range(MOST):
        place = (first + step) % MOST + 1
        if place_name(follower, place) not in context.taken:
            return place
    raise TooManyFollows(f"One follows at most {MOST} accounts; unfollow another first.")
