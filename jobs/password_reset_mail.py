"""Sends the link that sets a forgotten password anew."""

from domain.accounts.account import Account
from domain.accounts.events import PasswordResetRequested
from engine.log.records import Recorded
from jobs.job import Job
from jobs.letter import Letter
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    account, _ = await tools.executor.load(Account, cause.stream)
    link = await tools.links.newest(cause.stream, "reset")
    if account.address is None or link is None:
        return  # closed and erased, or used already
    letter = Letter(
        to=account.address,
        subject=f"Set a new password for {tools.mailer.site}",
        before=(
            f"Hello {account.handle},",
            f"Somebody, hopefully you, wants to set a new password for your account at {tools.mailer.site}.",
        ),
        link=link,
        link_says="Set a new password",
        after=(
            "The link works once, for one hour.",
            "If it was not you, you need do nothing: your password stays as it is.",
        ),
    )
    await tools.mailer.send(letter, reference=f"{cause.id}.{JOB.name}")


JOB = Job("password_reset_mail", (PasswordResetRequested,), perform)
