"""Tells followers once a week what was published by those whom they follow. Sent twice, it has the same Message-ID."""

from uuid import UUID

from jobs.days import week_before
from jobs.job import Job, Tick
from jobs.recipient import who_wants
from jobs.tools import Tools

_MOST_POSTS = 20


async def each(_tick: Tick, tools: Tools) -> list[UUID]:
    await tools.readers.reach_head("accounts")
    return await tools.audience.wanting("digest")


async def perform(tick: Tick, tools: Tools, subject: UUID) -> None:
    """Nothing is sent where nothing was published."""
    to = await who_wants("digest", subject, tools.executor)
    if to is None:
        return
    for model in ("follows", "post_lists", "post_pages"):
        await tools.readers.reach_head(model)
    site = await tools.mailroom.site()
    since = week_before(tick.time, site.time_zone)
    posts, total = await tools.audience.published_for(subject, since, tick.time, _MOST_POSTS)
    if not posts:
        return
    listed = [{"title": post.title, "link": site.post_url(post.slug), "by": post.authors} for post in posts]
    reference = f"{tick.id}.{JOB.name}.{subject.hex}"
    await tools.mailroom.notify("digest", "digest", to, reference=reference, posts=listed, more=total - len(posts))


JOB = Job("weekly_digest", (), perform, queue="mail", each=each)
