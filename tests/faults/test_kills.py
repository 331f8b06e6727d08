"""kill -9 of each process and server under load: nothing acknowledged is lost, doubled or reordered."""

import pytest

from tests.faults.proof import Proof
from tests.faults.writers import Writers
from tests.live_stack import LiveStack

PROCESSES = ("command_api", "relay", "projectors", "query_api", "jobs", "replayer")
SERVERS = ("kafka", "postgres-log", "postgres-read", "valkey")


@pytest.mark.parametrize("victim", [*PROCESSES, *SERVERS])
async def test_nothing_acknowledged_is_lost_when_it_is_killed(
    stack: LiveStack, bearer: str, proof: Proof, victim: str
) -> None:
    async with Writers(stack.command_url, bearer) as writers:
        await writers.wait_for(60)
        stack.kill(victim)
        await writers.wait_for(60)
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)


async def test_nothing_acknowledged_is_lost_when_all_die_at_once(stack: LiveStack, bearer: str, proof: Proof) -> None:
    async with Writers(stack.command_url, bearer) as writers:
        await writers.wait_for(60)
        for victim in (*PROCESSES, *SERVERS):
            stack.kill(victim)
        await writers.wait_for(60)
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)
