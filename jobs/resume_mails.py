"""Mails go to an account's address again once it was proven or replaced; a closed account's is forgotten."""

from domain.accounts.events import AccountClosed, AddressChanged, AddressConfirmed
from engine.log.records import Recorded
from jobs.job import Job
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    await tools.refused_addresses.forget(cause.event.account)


JOB = Job("resume_mails", (AddressConfirmed, AddressChanged, AccountClosed), perform)
