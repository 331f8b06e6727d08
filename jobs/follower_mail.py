"""Tells somebody who follows them now. Sent twice, it has the same Message-ID."""

from domain.follows.events import AccountFollowed
from domain.follows.follow import Follow
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import active, who_wants
from jobs.told_comment import STALE_S
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    """To follow, leave and follow again is no news: else anybody could have as many mails sent as they like."""
    followed: AccountFollowed = cause.event
    follow: Follow = (await tools.executor.load(Follow, cause.stream))[0]
    if cause.version > 1 or follow.place is None:
        return
    follower = await active(followed.follower, tools.executor)
    to = await who_wants("follower", followed.followee, tools.executor)
    if follower is None or to is None:
        return
    link = (await tools.mailroom.site()).author_url(follower.handle)
    reference = f"{cause.id}.{JOB.name}"
    await tools.mailroom.notify("follower", "follower", to, reference=reference, by=follower.handle, link=link)


JOB = Job("follower_mail", (AccountFollowed,), perform, queue="mail", expires_s=STALE_S)
