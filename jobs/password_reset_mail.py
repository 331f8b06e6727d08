"""Sends the link that sets a forgotten password anew."""

from domain.accounts.account import Account
from domain.accounts.events import PasswordResetRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import recipient_at
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    account, _ = await tools.executor.load(Account, cause.stream)
    link = await tools.links.newest(cause.stream, "reset")
    if account.address is None or link is None:
        return  # closed and erased, or used already
    to = recipient_at(account, account.address)
    await tools.mailroom.send("password_reset", to, reference=f"{cause.id}.{JOB.name}", link=link)


JOB = Job("password_reset_mail", (PasswordResetRequested,), perform, queue="mail")
