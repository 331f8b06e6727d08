"""Leaves what a closed account has scheduled a draft, unless another author may still publish it."""

import orjson

from domain.accounts.account import Account
from domain.accounts.events import AccountClosed
from domain.command import Actor, Context
from domain.posts.post import Post
from domain.posts.unschedule_post import UnschedulePost
from engine.log.records import Recorded, VersionConflict
from jobs.job import Job
from jobs.tools import Tools
from kit import clock

_SYSTEM = Actor(is_system=True)
_TIME_LIMIT_S = 600


async def perform(cause: Recorded, tools: Tools) -> None:
    """What was cancelled stays so: another attempt goes on with the rest."""
    closed: AccountClosed = cause.event
    await tools.readers.reach_head("post_lists")  # posts are of other partitions than the account
    for post in await tools.readers.scheduled_of(closed.account):
        await _cancel(UnschedulePost(post=post), cause, tools)


async def _cancel(command: UnschedulePost, cause: Recorded, tools: Tools) -> None:
    while True:
        post, version = await tools.executor.load(Post, command.stream)
        if post is None or post.schedule is None or await _is_anybody_left(post, tools):
            return
        try:
            await tools.executor.execute(
                command,
                context=Context(_SYSTEM, clock.now()),
                expected_version=version,
                correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
                causation=str(cause.id),
            )
        except VersionConflict:
            continue
        return


async def _is_anybody_left(post: Post, tools: Tools) -> bool:
    authors = [(await tools.executor.load(Account, f"account-{author}"))[0] for author in post.authors]
    return any(author is not None and author.status != "closed" for author in authors)


JOB = Job("cancel_schedules", (AccountClosed,), perform, time_limit_s=_TIME_LIMIT_S)
