"""Sums up the comments that somebody was not told of one by one. One who gets it twice gets the same Message-ID."""

from uuid import UUID

from domain.accounts.profile import Notice
from jobs.job import Job, Tick
from jobs.notice_limit import MOST_AN_HOUR
from jobs.recipient import who_wants
from jobs.told_comment import STALE_S
from jobs.tools import Tools

_TEMPLATES: dict[Notice, str] = {"comment": "more_comments", "reply": "more_replies"}
_MOST_POSTS = 10


async def each(tick: Tick, tools: Tools) -> list[UUID]:
    return await tools.notice_limit.hand_over(tick.id)


async def perform(tick: Tick, tools: Tools, subject: UUID) -> None:
    for model in ("comments", "post_pages", "accounts"):
        await tools.readers.reach_head(model)
    for notice in _TEMPLATES:
        await _tell(notice, tick, tools, subject)
        await tools.notice_limit.forget(tick.id, subject, notice)


async def _tell(notice: Notice, tick: Tick, tools: Tools, subject: UUID) -> None:
    """Of what is still shown below posts that everybody may read."""
    held = await tools.notice_limit.held(tick.id, subject, notice)
    to = await who_wants(notice, subject, tools.executor) if held else None
    posts = await tools.audience.commented(held) if to else []
    if to is None or not posts:
        return
    site = await tools.mailroom.site()
    listed = [{"title": each.title, "link": site.post_url(each.slug), "count": each.comments} for each in posts]
    says = {
        "posts": listed[:_MOST_POSTS],
        "more": len(listed[_MOST_POSTS:]),
        "total": sum(each.comments for each in posts),
        "told": MOST_AN_HOUR,
    }
    reference = f"{tick.id}.{JOB.name}.{notice}.{subject.hex}"
    await tools.mailroom.notify(notice, _TEMPLATES[notice], to, reference=reference, **says)


JOB = Job("more_comments_mail", (), perform, queue="mail", expires_s=STALE_S, each=each)
