"""Runs a follower for the length of a test."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from engine.following.contract import Consumer, Feed, Log
from engine.following.follower import Follower
from engine.following.limits import Limits
from engine.following.metrics import FollowerMetrics

QUICK = Limits(beat_s=0.05, retry_s=0.01)


class Running:
    """A follower at work, and what it counted."""

    def __init__(self, consumer: Consumer, feed: Feed, reader: Log, limits: Limits = QUICK) -> None:
        self.registry = CollectorRegistry()
        self.follower = Follower(consumer, feed, reader, FollowerMetrics(self.registry), limits)
        self.stop = asyncio.Event()
        self._name = consumer.name

    def counted(self, metric: str) -> float:
        return self.registry.get_sample_value(f"palimpsest_follower_{metric}", {"consumer": self._name}) or 0.0


@asynccontextmanager
async def following(consumer: Consumer, feed: Feed, reader: Log, limits: Limits = QUICK) -> AsyncIterator[Running]:
    running = Running(consumer, feed, reader, limits)
    task = asyncio.create_task(running.follower.run(running.stop))
    try:
        yield running
    except BaseException:
        task.cancel()  # a test that failed does not wait for the batch in hand
        raise
    finally:
        running.stop.set()
        await asyncio.gather(task, return_exceptions=task.cancelling() > 0)


async def until(is_so: Callable[[], bool], what: str, *, patience_s: float = 30) -> None:
    """Waits until a fact holds, and fails when it never does."""
    deadline = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"never came true: {what}")
        await asyncio.sleep(0.01)
