"""Every mail there is, sent, and then not recorded as sent: it comes once more, as the same mail."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from jobs import daily_report, more_comments_mail, weekly_digest
from jobs.notice_limit import MOST_AN_HOUR
from jobs.registry import JOBS
from jobs.upkeep import Due
from kit import clock
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mail_servers import Office, serving
from tests.jobs.waiting import until_no_hour_ends_soon
from tests.servers import Cluster

_ALL = ("comment", "reply", "follower", "moderation", "report", "digest")
_AN_HOUR_PASSES = "UPDATE comment_notices SET hour = hour - interval '1 hour'"
_LEASES_END = "UPDATE job_ledger SET leased_until = clock_timestamp() WHERE state = 'running'"


class CutShort:
    """Attempts that end, as a crash ends them, when the mail server has said yes and nothing is recorded yet."""

    def __init__(self, attempts: Any, office: Office) -> None:
        self._attempts = attempts
        self._loop = asyncio.get_running_loop()
        office.when_left = self._cut

    async def attempt(self, due: Due) -> None:
        self._task = asyncio.create_task(self._attempts.attempt(due))
        with suppress(asyncio.CancelledError):
            await self._task

    def _cut(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(20)

    async def _end(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


@pytest.fixture
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


async def answered(by: Member, method: str, path: str, **fields: Any) -> str:
    made = await by.ask(method, path, json=fields)
    assert made.status_code < 300, made.text
    return str(made.json().get("id"))


async def everything_happens(bureau: Bureau) -> None:
    """What causes each mail to an account."""
    ines, ben = await bureau.editor(*_ALL), await bureau.member("moderation", "digest")
    await answered(await bureau.press.api.member(), "POST", "/accounts/me/confirmation")
    await answered(ines, "POST", "/auth/forgot", address=f"{ines.handle}@example.org")
    await done(await ines.post("/accounts/me/address", address=f"{ines.handle}@example.net"))
    post = await ines.draft(publish=True)
    comments = f"/posts/{post}/comments"
    for number in range(MOST_AN_HOUR + 1):
        await answered(ben, "POST", comments, body=f"Well said {number}.")
    await answered(ben, "POST", comments, body="Is it?", parent=await answered(ines, "POST", comments, body="It is."))
    rejected = await answered(ben, "POST", comments, body="Buy my pills.")
    await answered(bureau.press.admin, "POST", f"/comments/{rejected}/reject")
    await answered(ben, "PUT", f"/accounts/{ines.handle}/follow")


def sent(office: Office) -> Counter[tuple[str, str]]:
    return Counter((str(mail["To"]), str(mail["Message-ID"])) for mail in office.mails)


async def test_each_mail_that_was_sent_and_not_recorded_comes_twice_with_one_message_id(bureau: Bureau) -> None:
    await until_no_hour_ends_soon()
    office = Office()
    with serving(office) as port:
        whole = await bureau.attempts_at(f"smtp://localhost:{port}")
        bureau.attempts = CutShort(whole, office)
        await everything_happens(bureau)
        await bureau.deliver()
        await bureau.owner.execute(_AN_HOUR_PASSES)
        for job in (more_comments_mail.JOB, daily_report.JOB, weekly_digest.JOB):
            await bureau.tick(job, clock.now() + timedelta(seconds=1))
        once = sent(office)
        kinds = [next(job.name for job in JOBS if job.name in message_id) for _, message_id in once]
        others = {"webhook_paused_mail"}  # nobody has a webhook here
        assert set(kinds) == {job.name for job in JOBS if job.queue == "mail"} - others
        assert set(once.values()) == {1}
        office.when_left = lambda: None
        bureau.attempts = whole
        await bureau.owner.execute(_LEASES_END)
        for _ in range(2):
            await bureau.deliver()
    assert sent(office) == Counter(dict.fromkeys(once, 2))
    states = await bureau.owner.fetch("SELECT DISTINCT state FROM job_ledger")
    assert [each["state"] for each in states] == ["done"]
