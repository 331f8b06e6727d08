"""Tells editors in the morning what the day before was like. One who gets it twice gets the same Message-ID."""

from uuid import UUID

from jobs.days import day_before
from jobs.job import Job, Tick
from jobs.recipient import active, who_wants
from jobs.tools import Tools

_EDITORS = frozenset({"editor", "admin"})


async def each(_tick: Tick, tools: Tools) -> list[UUID]:
    await tools.readers.reach_head("accounts")
    return await tools.audience.editors_wanting("report")


async def perform(tick: Tick, tools: Tools, subject: UUID) -> None:
    to, account = await who_wants("report", subject, tools.executor), await active(subject, tools.executor)
    if to is None or account is None or not account.roles & _EDITORS:
        return
    site = await tools.mailroom.site()
    day = day_before(tick.time, site.time_zone)
    counts = await tools.day_counts.between(day.since, day.until)
    says = {"day": day.date.isoformat(), "time_zone": site.time_zone, "counts": counts}
    await tools.mailroom.notify("report", "report", to, reference=f"{tick.id}.{JOB.name}.{subject.hex}", **says)


JOB = Job("daily_report", (), perform, queue="mail", each=each)
