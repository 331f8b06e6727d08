"""Sends a new confirmation link, to whichever address waits for proof, when one was asked for."""

from domain.accounts.account import Account
from domain.accounts.events import ConfirmationRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import recipient_at
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    account, _ = await tools.executor.load(Account, cause.stream)
    if account.pending_address:
        address, link = account.pending_address, await tools.links.newest(cause.stream, "address")
    else:
        address, link = account.address, await tools.links.newest(cause.stream, "confirmation")
    if address is None or link is None:
        return  # closed and erased, or proven meanwhile
    to = recipient_at(account, address)
    await tools.mailroom.send("confirmation", to, reference=f"{cause.id}.{JOB.name}", link=link)


JOB = Job("confirmation_mail", (ConfirmationRequested,), perform, queue="mail")
