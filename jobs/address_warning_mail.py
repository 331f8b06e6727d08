"""Tells the address that an account has that another was asked for, in case somebody else did."""

from domain.accounts.account import Account
from domain.accounts.addresses import address_name
from domain.accounts.events import AddressChangeRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import recipient_at
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    """The new address is not named: it is a stranger's to choose."""
    requested: AddressChangeRequested = cause.event
    account, _ = await tools.executor.load(Account, cause.stream)
    if account.address is None or requested.address is None or not account.is_confirmed:
        return  # closed and erased, or an address that may be nobody's
    if address_name(account.address) == address_name(requested.address):
        return  # the same one in other letters, or proven meanwhile: there is no other to tell
    to = recipient_at(account, account.address)
    await tools.mailroom.send("address_warning", to, reference=f"{cause.id}.{JOB.name}")


JOB = Job("address_warning_mail", (AddressChangeRequested,), perform, queue="mail")
