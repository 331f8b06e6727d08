"""Puts the jobs process together from its settings."""

import base64
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg
from prometheus_client import CollectorRegistry

from domain.catalogue import EVENTS, UPCASTERS
from engine.commands.executor import CommandExecutor
from engine.following.contract import Feed
from engine.following.follower import Follower
from engine.following.kafka_feed import KafkaFeed
from engine.following.log_feed import LogFeed
from engine.following.metrics import FollowerMetrics
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from jobs.attempts import Attempts
from jobs.audience import Audience
from jobs.broker import JobBroker
from jobs.causes import Causes
from jobs.chores import Chores
from jobs.clock import Clock
from jobs.day_counts import DayCounts
from jobs.history import History
from jobs.job import Job
from jobs.ledger import BY_KEY, Ledger
from jobs.links import Links
from jobs.mailer import Mailer
from jobs.mailroom import Mailroom
from jobs.media_bytes import MediaBytes
from jobs.metrics import JobMetrics
from jobs.notice_limit import NoticeLimit
from jobs.reactor import Reactor
from jobs.readers import Readers
from jobs.refused_addresses import RefusedAddresses
from jobs.sweeper import Sweeper
from jobs.timekeeper import Timekeeper
from jobs.timetable import Row
from jobs.tools import Tools
from jobs.upkeep import Upkeep
from jobs.webhooks.assembly import Webhooks, webhooks
from kit.blobs.blobs import Blobs
from kit.database import open_pool
from kit.films.films import Films
from kit.pictures.pictures import Pictures
from kit.settings import Settings

_GROUP = "palimpsest-jobs"
_GATHER_MS = 50
"""Nobody sees that on a mail, and a fetch for each event costs three processes."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs: what starts jobs, does them, sends them again, and does them or starts them at their time."""

    follower: Follower
    attempts: Attempts
    broker: JobBroker
    sweeper: Sweeper
    clock: Clock
    timekeeper: Timekeeper
    webhooks: Webhooks

    def readiness(self) -> list[str]:
        beside = (self.sweeper, self.clock, self.timekeeper, self.webhooks.courier)
        return [*self.follower.readiness(), *(trouble for each in beside for trouble in each.trouble)]


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings, jobs: Iterable[Job], timetable: Iterable[Row], registry: CollectorRegistry
) -> AsyncIterator[Parts]:
    """The parts, with the connections that they need for as long as the context lasts."""
    jobs = tuple(jobs)
    name = f"palimpsest jobs {settings.instance}"
    async with (
        await open_pool(settings.log_url, size=6, application_name=name, session=BY_KEY, is_stateless=True) as log_pool,
        await open_pool(settings.read_url, size=2, application_name=name, is_stateless=True) as read_pool,
        _appending(settings.log_url) as appender,
    ):
        reader, ledger, metrics = LogReader(log_pool), Ledger(log_pool), JobMetrics(registry)
        # A key that was destroyed a second ago opens no address any more.
        keyring, codec = KeyRing(log_pool, ttl_s=1), Codec(EVENTS, UPCASTERS)
        tools = _tools(settings, log_pool, read_pool, _executor(settings, log_pool, appender, codec))
        broker = JobBroker(settings.redis_url, jobs)
        sweeper = Sweeper(tools.upkeep, broker, metrics)
        causes = Causes(reader, codec, keyring)
        attempts = Attempts(jobs, ledger, causes, tools, metrics=metrics, wake_sweeper=sweeper.wake)
        clock = Clock(ledger, attempts, jobs)
        async with webhooks(settings, tools.executor, registry) as told:
            reactor = Reactor(log_pool, broker, jobs, clock.wake, told.courier.wake)
            yield Parts(
                Follower(reactor, _feed(settings, reader), reader, FollowerMetrics(registry)),
                attempts,
                broker,
                sweeper,
                clock,
                Timekeeper(log_pool, broker, tools.readers, timetable, jobs),
                told,
            )


def _tools(
    settings: Settings, log_pool: "asyncpg.Pool[Any]", read_pool: "asyncpg.Pool[Any]", executor: CommandExecutor
) -> Tools:
    reader = LogReader(log_pool)
    mailer = Mailer(settings.smtp_url, settings.mail_from, a_second=settings.mail_rate)
    refused = RefusedAddresses(log_pool, Names(log_pool, _secret(settings)))
    return Tools(
        mailer=mailer,
        mailroom=Mailroom(mailer, refused, executor, public_url=settings.public_url, secret=_secret(settings)),
        refused_addresses=refused,
        notice_limit=NoticeLimit(log_pool),
        audience=Audience(read_pool),
        day_counts=DayCounts(log_pool),
        history=History(reader, Codec(EVENTS, UPCASTERS), KeyRing(log_pool, ttl_s=1)),
        links=Links(log_pool, settings.public_url),
        executor=executor,
        readers=Readers(read_pool, reader),
        media_bytes=MediaBytes(Blobs(settings.media_place), log_pool, settings.log_url),
        pictures=Pictures(avif=settings.media_avif),
        films=Films(most_s=settings.media_video_seconds),
        chores=Chores(log_pool, read_pool),
        upkeep=Upkeep(log_pool),
    )


@contextlib.asynccontextmanager
async def _appending(url: str) -> AsyncIterator[Appender]:
    appender = Appender(url)
    await appender.start()
    try:
        yield appender
    finally:
        await appender.stop()


def _executor(settings: Settings, pool: "asyncpg.Pool[Any]", appender: Appender, codec: Codec) -> CommandExecutor:
    return CommandExecutor(
        appender=appender,
        reader=LogReader(pool),
        names=Names(pool, _secret(settings)),
        keyring=KeyRing(pool, ttl_s=1),
        codec=codec,
        answers=Answers(pool),
        cache_size=100,
    )


def _secret(settings: Settings) -> bytes:
    return base64.b64decode(settings.secret.get_secret_value())


def _feed(settings: Settings, reader: LogReader) -> Feed:
    if settings.bus == "log":
        return LogFeed(reader)
    return KafkaFeed(
        settings.kafka, settings.topic, reader, group=_GROUP, instance=settings.instance, gather_ms=_GATHER_MS
    )
