"""Greets a new account and asks to prove its address. Sent twice, it is the same mail with the same Message-ID."""

from domain.accounts.events import AccountRegistered
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import Recipient
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    registered: AccountRegistered = cause.event
    link = await tools.links.newest(cause.stream, "confirmation")
    if registered.address is None or link is None:
        return  # closed and erased, or proven already
    to = Recipient(registered.account, registered.handle, registered.address, registered.language)
    await tools.mailroom.send("welcome", to, reference=f"{cause.id}.{JOB.name}", link=link)


JOB = Job("welcome_mail", (AccountRegistered,), perform, queue="mail")
