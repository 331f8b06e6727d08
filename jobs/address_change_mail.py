"""Asks a new address to prove itself before it replaces the old one."""

from domain.accounts.account import Account
from domain.accounts.events import AddressChangeRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import recipient_at
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    requested: AddressChangeRequested = cause.event
    account, _ = await tools.executor.load(Account, cause.stream)
    link = await tools.links.newest(cause.stream, "address")
    if requested.address is None or link is None or account.pending_address != requested.address:
        return  # closed and erased, proven already, or another address was asked for since: that one gets the link
    to = recipient_at(account, requested.address)
    await tools.mailroom.send("address_change", to, reference=f"{cause.id}.{JOB.name}", link=link)


JOB = Job("address_change_mail", (AddressChangeRequested,), perform, queue="mail")
