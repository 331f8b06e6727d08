"""Gives posts the new name of a tag that was renamed or merged.

Whatever is written from then on has it already: the command side sees to that. So a pass over the posts that had the
tag before, and that the read models show, leaves none; another one makes sure of it.
"""

import asyncio
from time import monotonic
from uuid import UUID

import orjson

from domain.command import Actor, Context
from domain.posts.post import Post
from domain.posts.retag_post import RetagPost
from domain.taxonomy.events import TagRenamed, TagsMerged
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import STREAM
from engine.commands.executor import CommandExecutor
from engine.log.records import Recorded, VersionConflict
from jobs.job import Job, Share
from jobs.tools import Tools
from kit import clock
from read_models.keys import tag_key

_SYSTEM = Actor(is_system=True)
_SHARE_S = 15
_AT_ONCE = 16


async def perform(cause: Recorded, tools: Tools) -> Share:
    """What was retagged stays so: the next share, or another worker's attempt, goes on with the rest."""
    renamed: TagRenamed | TagsMerged = cause.event
    ends_at, steps = monotonic() + _SHARE_S, 0
    while True:
        for model in ("post_lists", "post_pages"):
            await tools.readers.reach_head(model)
        found = 0
        async for page in tools.readers.posts_tagged(tag_key(renamed.tag)):
            found += await _retag_all(await _behind(page, tools), cause, tools)
            if monotonic() > ends_at:
                return Share(steps + found, is_last=False)
        steps += found
        if not found:
            return Share(steps, is_last=True)


async def _behind(page: list[tuple[UUID, tuple[str, ...] | None]], tools: Tools) -> list[UUID]:
    """Those that do not have their tags under today's names."""
    taxonomy, _ = await tools.executor.load(Taxonomy, STREAM)
    return [post for post, tags in page if tags is None or taxonomy.spelt(tags) != tags]


async def _retag_all(posts: list[UUID], cause: Recorded, tools: Tools) -> int:
    correlation = str(orjson.loads(cause.metadata).get("correlation", cause.id))
    changed = 0
    for start in range(0, len(posts), _AT_ONCE):
        some = posts[start : start + _AT_ONCE]
        retagging = (retag(post, tools.executor, correlation=correlation, causation=str(cause.id)) for post in some)
        changed += sum(await asyncio.gather(*retagging))
    return changed


async def retag(post: UUID, executor: CommandExecutor, *, correlation: str, causation: str) -> int:
    """How many events it took: 1, or 0 when there was nothing to do.

    Decided on the tags that the post has now: who changes them meanwhile wins, and is looked at again.
    """
    while True:
        found, version = await executor.load(Post, f"post-{post}")
        if found is None or found.status == "deleted":
            return 0
        try:
            executed = await executor.execute(
                RetagPost(post=post, tags=found.tags),
                context=Context(_SYSTEM, clock.now()),
                expected_version=version,
                correlation=correlation,
                causation=causation,
            )
        except VersionConflict:
            continue
        return len(executed.events)


JOB = Job("retag_posts", (TagRenamed, TagsMerged), perform)
