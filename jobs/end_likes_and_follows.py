"""Takes back what a closed account likes and whom it follows, and ends what follows it."""

import orjson

from domain.accounts.events import AccountClosed
from domain.command import Actor, Command, Context
from domain.follows.unfollow_account import UnfollowAccount
from domain.likes.unlike_post import UnlikePost
from engine.log.records import Recorded
from jobs.job import Job
from jobs.tools import Tools
from kit import clock

_SYSTEM = Actor(is_system=True)
_TIME_LIMIT_S = 600


async def perform(cause: Recorded, tools: Tools) -> None:
    """What has ended stays so: another attempt goes on with the rest."""
    closed: AccountClosed = cause.event
    for model in ("likes", "follows"):  # they are of other partitions than the account
        await tools.readers.reach_head(model)
    for post in await tools.readers.liked_by(closed.account):
        await _carry_out(UnlikePost(post=post, account=closed.account), cause, tools)
    for follower, followee in await tools.readers.follows_of(closed.account):
        await _carry_out(UnfollowAccount(follower=follower, followee=followee), cause, tools)


async def _carry_out(command: Command, cause: Recorded, tools: Tools) -> None:
    await tools.executor.execute(
        command,
        context=Context(_SYSTEM, clock.now()),
        correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
        causation=str(cause.id),
    )


JOB = Job("end_likes_and_follows", (AccountClosed,), perform, time_limit_s=_TIME_LIMIT_S)
