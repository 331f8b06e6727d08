"""A writing side whose mails are sent in this process, by the jobs' own parts on real servers, one step at a time."""

import base64
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import asyncpg
from prometheus_client import CollectorRegistry

from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from jobs import resume_mails
from jobs.assembly import assembled
from jobs.broker import JobBroker
from jobs.entries import Entry, enter
from jobs.job import Job
from jobs.reactor import Reactor
from jobs.registry import JOBS
from jobs.ticks import tick_of
from jobs.upkeep import Due
from kit.database import open_pool
from kit.settings import Settings
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.mailbox import Mailbox
from tests.query_api.press import Press, opened_press
from tests.servers import Cluster

_BROKER = "redis://127.0.0.1:1/0"
"""Nobody is there: the ledger alone is enough."""
_MAILS = tuple(job for job in JOBS if job.queue == "mail" or job is resume_mails.JOB)
_DUE = """
    SELECT event_id, job, subject, queue FROM job_ledger
     WHERE state IN ('waiting', 'running') AND coalesce(leased_until, due_at) <= clock_timestamp()
"""

_SCHEMAS = "SELECT model || '_g' || number AS name FROM projection.generations"


class Bureau:
    """Nothing is sent but by `deliver`, which ends when all is done that can be."""

    def __init__(self, press: Press, smtp: Smtp) -> None:
        self.press, self._smtp = press, smtp
        self.mailbox = Mailbox(smtp.folder)
        self._stack = AsyncExitStack()
        self._position = 0

    async def __aenter__(self) -> Self:
        self.pool = await open_pool(self.press.log.url("jobs"), size=4, application_name="test bureau")
        self._stack.push_async_callback(self.pool.close)
        self.owner = await asyncpg.connect(self.press.log.url("owner"))
        self._stack.push_async_callback(self.owner.close)
        self._reader = LogReader(self.pool)
        self.attempts = await self.attempts_at(self._smtp.url)
        await self._open_reactor()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def attempts_at(self, smtp_url: str) -> Any:
        """Who carries out jobs, with a mail server of one's choice."""
        settings = Settings.model_validate(
            {
                "log_url": self.press.log.url("jobs"),
                "read_url": self.press.read.url("jobs"),
                "secret": base64.b64encode(self.press.api.parts.secret).decode(),
                "redis_url": _BROKER,
                "smtp_url": smtp_url,
                "public_url": "https://site.example",
                "mail_from": "The site <no-reply@site.example>",
                "bus": "log",
                "home": self.press.home,
            }
        )
        parts = await self._stack.enter_async_context(assembled(settings, JOBS, (), CollectorRegistry()))
        return parts.attempts

    async def _open_reactor(self) -> None:
        self.reactor = Reactor(self.pool, JobBroker(_BROKER, _MAILS), _MAILS)
        await self.reactor.load(await self._reader.head())

    async def deliver(self) -> None:
        await self.press.project()
        await self._react()
        while dues := await self.pool.fetch(_DUE):
            for due in dues:
                await self.attempts.attempt(Due(*due))

    async def _react(self) -> None:
        while events := await self._reader.all(self._position, limit=1000):
            batches: dict[int, list[StoredEvent]] = defaultdict(list)
            for event in events:
                batches[event.partition].append(event)
            await self.reactor.apply(batches)
            self._position = events[-1].position

    async def hear_all_again(self) -> None:
        """As if the jobs' checkpoints came from an old backup, and the ledger did not."""
        await self.owner.execute("UPDATE job_checkpoints SET sequence = 0")
        self._position = 0
        await self._open_reactor()
        await self.deliver()

    async def lose_read_side(self) -> None:
        """The read database is destroyed, and made anew from the log."""
        owner = await asyncpg.connect(self.press.read.url("projector"))
        try:
            for row in await owner.fetch(_SCHEMAS):
                await owner.execute(f"DROP SCHEMA {row['name']} CASCADE")
            await owner.execute("DELETE FROM projection.generations")
        finally:
            await owner.close()
        await self.press.begin_anew()

    async def tick(self, job: Job, time: datetime) -> UUID:
        """What the timekeeper does at that time; the tick's id."""
        tick = tick_of(job.name, time)
        await enter(self.pool, [Entry(job, tick.id, tick_at=time)], first_resend_s=0)
        await self.deliver()
        return tick.id

    async def member(self, *notices: str, language: str = "en") -> Member:
        """Somebody with a proven address who has chosen these notices."""
        member = await self.press.api.member(language=language)
        link = await self.press.api.secret(member.account, "confirmation")
        await done(await self.press.api.http.post("/accounts/confirm", json={"token": link}))
        await self.choose(member, *notices)
        return member

    async def choose(self, member: Member, *notices: str) -> None:
        await done(await member.ask("PUT", "/accounts/me/notifications", json={"by_mail": notices}))

    async def editor(self, *notices: str, language: str = "en") -> Member:
        member = await self.member(*notices, language=language)
        await done(await self.press.admin.ask("PUT", f"/accounts/{member.handle}/roles/editor"))
        return member

    def mails(self, member: Member) -> list[Any]:
        """Of all that came for them, what is no welcome."""
        found = self.mailbox.to(f"{member.handle}@example.org")
        return [mail for mail in found if "welcome_mail" not in mail["Message-ID"]]

    def subjects(self, member: Member) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails(member)]


async def done(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


@asynccontextmanager
async def opened_bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_press(postgres) as press, Bureau(press, smtp) as bureau:
        yield bureau
