"""Greets a new account and asks to prove its address. Sent twice, it is the same mail with the same Message-ID."""

from domain.accounts.events import AccountRegistered
from engine.log.records import Recorded
from jobs.job import Job
from jobs.letter import Letter
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    account: AccountRegistered = cause.event
    link = await tools.links.newest(cause.stream, "confirmation")
    if account.address is None or link is None:
        return  # closed and erased, or proven already
    letter = Letter(
        to=account.address,
        subject=f"Welcome to {tools.mailer.site}: please confirm your address",
        before=(
            f"Hello {account.handle},",
            f"Welcome to {tools.mailer.site}! Your account is ready.",
            "One thing is left: please confirm that this is your address.",
        ),
        link=link,
        link_says="Confirm my address",
        after=(
            "The link works once, for seven days.",
            "If you did not register, you need do nothing: without the confirmation this address is not used.",
        ),
    )
    await tools.mailer.send(letter, reference=f"{cause.id}.{JOB.name}")


JOB = Job("welcome_mail", (AccountRegistered,), perform)
