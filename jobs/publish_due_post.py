"""Publishes a scheduled post when its time has come. Done twice, even at once, it is published once.

What is published names the schedule by its version, which no other has, and ends it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import structlog

from domain.command import Actor, Command, Context
from domain.posts.events import PostScheduled
from domain.posts.post import Post
from domain.posts.publish_due_post import PublishDuePost
from domain.posts.refusals import NoAuthorMayPublish, NoSuchPost, NothingToPublish, ScheduleChanged
from domain.posts.unschedule_post import UnschedulePost
from engine.commands.executor import CommandExecutor
from engine.log.records import Recorded, VersionConflict
from jobs.job import Job, TooEarly
from jobs.tools import Tools
from kit import clock

_logger = structlog.get_logger()
_SYSTEM = Actor(is_system=True)
_TIME_LIMIT_S = 10


async def perform(cause: Recorded, tools: Tools) -> None:
    scheduled: PostScheduled = cause.event
    if scheduled.publish_at > clock.now():
        raise TooEarly(scheduled.publish_at)
    await publish(cause, tools.executor)


async def publish(cause: Recorded, executor: CommandExecutor) -> None:
    """Decided on the post as it is now: who changes it meanwhile wins, and it is looked at again."""
    while True:
        post, version = await executor.load(Post, cause.stream)
        try:
            await _publish(post, version, cause, executor)
        except VersionConflict:
            continue
        except (NoSuchPost, ScheduleChanged):
            pass  # deleted, published by hand, or another schedule has taken its place
        return


async def _publish(post: Post | None, version: int, cause: Recorded, executor: CommandExecutor) -> None:
    authors = () if post is None else post.authors
    due = PublishDuePost(post=cause.event.post, schedule=cause.version, authors=authors)
    try:
        await _carry_out(due, version, cause, executor)
    except (NoAuthorMayPublish, NothingToPublish) as refused:
        _logger.warning("a scheduled post is left a draft", post=str(due.post), reason=refused.code)
        await _carry_out(UnschedulePost(post=due.post), version, cause, executor)


async def _carry_out(command: Command, version: int, cause: Recorded, executor: CommandExecutor) -> None:
    await executor.execute(
        command,
        context=Context(_SYSTEM, clock.now()),
        expected_version=version,
        correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
        causation=str(cause.id),
    )


def _time(scheduled: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(scheduled["publish_at"])


JOB = Job("publish_due_post", (PostScheduled,), perform, time_limit_s=_TIME_LIMIT_S, time=_time)
