"""Owners that were stopped past their time and come back: two at once cost duplicates, never an event."""

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.proof import Proof
from tests.faults.writers import Writers
from tests.live_stack import LiveStack
from tests.processes import second

PAST_THE_SESSION_S = 12


@contextmanager
def stopped(stack: LiveStack, name: str) -> Iterator[None]:
    """SIGSTOP now, SIGCONT at the end: the process does not know that it was away."""
    stack.signal(name, signal.SIGSTOP)
    try:
        yield
    finally:
        stack.signal(name, signal.SIGCONT)


async def test_a_projector_that_slept_past_its_session_doubles_nothing(
    stack: LiveStack, bearer: str, proof: Proof
) -> None:
    async with Writers(stack.command_url, bearer) as writers:
        await writers.wait_for(60)
        with stopped(stack, "projectors"), second(stack, "projectors"):
            await writers.wait_for(60)
            await asyncio.sleep(PAST_THE_SESSION_S)  # the broker's clock is the fact that is waited for
            stack.signal("projectors", signal.SIGCONT)
            await writers.wait_for(120)
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)


async def test_a_zombie_relay_beside_its_successor_doubles_nothing(stack: LiveStack, bearer: str, proof: Proof) -> None:
    async with Writers(stack.command_url, bearer) as writers:
        await writers.wait_for(60)
        with second(stack, "relay"), stopped(stack, "relay"):
            await writers.wait_for(60)
        await writers.wait_for(60)
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)


async def test_a_standby_relay_takes_over(stack: LiveStack, bearer: str, proof: Proof) -> None:
    with second(stack, "relay") as standby:
        async with Writers(stack.command_url, bearer) as writers:
            await writers.wait_for(60)
            stack.signal("relay", signal.SIGKILL)
            await writers.wait_for(60)
        assert standby.poll() is None
        await proof.holds(writers.acknowledged)
    assert isinstance(standby, subprocess.Popen)
