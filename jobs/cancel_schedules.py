"""Leaves what a closed account has scheduled a draft, unless another author may still publish it."""

from uuid import UUID

import orjson

from domain.accounts.account import Account
from domain.accounts.events import AccountClosed
from domain.command import Actor, Context
from domain.posts.post import Post
from domain.posts.unschedule_post import UnschedulePost
from engine.commands.executor import CommandExecutor
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
        await cancel(post, cause, tools.executor)


async def cancel(post: UUID, cause: Recorded, executor: CommandExecutor) -> None:
    """Decided on the post as it is now: who gives it another author meanwhile keeps the schedule."""
    while True:
        found, version = await executor.load(Post, f"post-{post}")
        if found is None or found.schedule is None or await _is_anybody_left(found, executor):
            return
        try:
            await executor.execute(
                UnschedulePost(post=post),
                context=Context(_SYSTEM, clock.now()),
                expected_version=version,
                correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
                causation=str(cause.id),
            )
        except VersionConflict:
            continue
        return


async def _is_anybody_left(post: Post, executor: CommandExecutor) -> bool:
    authors = [(await executor.load(Account, f"account-{author}"))[0] for author in post.authors]
    return any(author is not None and author.status != "closed" for author in authors)


JOB = Job("cancel_schedules", (AccountClosed,), perform, time_limit_s=_TIME_LIMIT_S)
