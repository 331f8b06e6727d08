"""Asks a new address to prove itself before it replaces the old one."""

from domain.accounts.account import Account
from domain.accounts.events import AddressChangeRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.letter import Letter
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    requested: AddressChangeRequested = cause.event
    account, _ = await tools.executor.load(Account, cause.stream)
    link = await tools.links.newest(cause.stream, "address")
    if requested.address is None or link is None or account.pending_address != requested.address:
        return  # closed and erased, proven already, or another address was asked for since: that one gets the link
    letter = Letter(
        to=requested.address,
        subject=f"Please confirm your new address for {tools.mailer.site}",
        before=(
            f"Hello {account.handle},",
            f"You want to use this address for your account at {tools.mailer.site}. Please confirm that it is yours.",
        ),
        link=link,
        link_says="Use this address",
        after=("The link works once, for one day.", "If you did not ask for this, you need do nothing."),
    )
    await tools.mailer.send(letter, reference=f"{cause.id}.{JOB.name}")


JOB = Job("address_change_mail", (AddressChangeRequested,), perform)
