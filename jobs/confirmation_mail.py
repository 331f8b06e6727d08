"""Sends a new confirmation link, to whichever address waits for proof, when one was asked for."""

from domain.accounts.account import Account
from domain.accounts.events import ConfirmationRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.letter import Letter
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    account, _ = await tools.executor.load(Account, cause.stream)
    if account.pending_address:
        address, link = account.pending_address, await tools.links.newest(cause.stream, "address")
    else:
        address, link = account.address, await tools.links.newest(cause.stream, "confirmation")
    if address is None or link is None:
        return  # closed and erased, or proven meanwhile
    letter = Letter(
        to=address,
        subject=f"Your new confirmation link for {tools.mailer.site}",
        before=(
            f"Hello {account.handle},",
            "You asked for a new link. Please confirm that this is your address.",
        ),
        link=link,
        link_says="Confirm my address",
        after=("It works once. Earlier links no longer work.", "If you did not ask for this, you need do nothing."),
    )
    await tools.mailer.send(letter, reference=f"{cause.id}.{JOB.name}")


JOB = Job("confirmation_mail", (ConfirmationRequested,), perform)
