"""kill -9 of whoever takes part: the replay goes on from where it was."""

import json
import os
import signal

import psutil

from tests.projection.notebook import Notebook
from tests.replayer.running import House, draft

MODEL, SHOWN = "post_pages", "SELECT count(*) = $1 FROM serving.post_pages"
POSTS = 600
SLOWLY = ("--rate", "150", "--workers", "2", "--yes")
IS_BUILDING = "SELECT coalesce((SELECT sum(folded) BETWEEN 1 AND 400 FROM projection.replay_parts), false)"
IS_DONE = "SELECT state = 'done' FROM projection.replays"
NOT_FOLDED_TWICE = "SELECT sum(folded) = sum(events) AND bool_and(is_done) FROM projection.replay_parts"


async def building(house: House, notebook: Notebook) -> None:
    await draft(notebook, POSTS)
    await house.ready("projectors")
    await house.until(SHOWN, POSTS)
    asked = house.command("replay", MODEL, *SLOWLY)
    await house.until("SELECT count(*) = 1 FROM projection.replays")
    asked.send_signal(signal.SIGINT)
    _, err = asked.communicate(timeout=30)
    assert asked.returncode == 130
    assert "the replay goes on" in err


async def ends_well(house: House) -> None:
    await house.until(IS_DONE)
    await house.until(SHOWN, POSTS)
    assert (await house.fetch(NOT_FOLDED_TWICE))[0][0]
    assert await house.states(MODEL) == {1: "retired", 2: "serving"}


async def test_a_killed_worker_is_followed_by_another(house: House, notebook: Notebook) -> None:
    await building(house, notebook)
    replayer = house.start("replayer")
    await house.until(IS_BUILDING)
    workers = psutil.Process(replayer.process.pid).children()
    assert 1 <= len(workers) <= 2
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    await ends_well(house)
    assert replayer.process.poll() is None


async def test_a_killed_replayer_is_followed_by_another(house: House, notebook: Notebook) -> None:
    await building(house, notebook)
    first = house.start("replayer")
    await house.until(IS_BUILDING)
    first.kill()
    await house.ready("replayer")
    await ends_well(house)


async def test_projectors_killed_while_it_catches_up_are_waited_for(house: House, notebook: Notebook) -> None:
    await building(house, notebook)
    for each in house.started("projectors"):
        each.kill()
    await house.ready("replayer")
    await house.until("SELECT state = 'swapping' AND problem LIKE 'waits for projectors%' FROM projection.replays")
    await draft(notebook, 10)
    await house.ready("projectors")
    await house.until(IS_DONE)
    await house.until(SHOWN, POSTS + 10)


async def test_of_two_replayers_one_works_and_the_other_takes_over(house: House, notebook: Notebook) -> None:
    await building(house, notebook)
    first = house.start("replayer")
    await house.until(IS_BUILDING)
    second = house.start("replayer")
    await second.until_ready()
    assert "palimpsest_replays_at_work 0.0" in await second.metrics()  # whoever leads has looked before it is ready
    assert psutil.Process(second.process.pid).children() == []
    first.kill()
    await ends_well(house)


async def test_sessions_cut_at_any_moment_cost_time_alone(house: House, notebook: Notebook) -> None:
    await building(house, notebook)
    await house.ready("replayer")
    for state in ("building", "indexing", "verifying"):
        await house.until("SELECT state = $1 OR state IN ('swapping', 'done') FROM projection.replays", state)
        await house.cut_sessions()
    await ends_well(house)


async def test_what_it_does_is_counted(house: House, notebook: Notebook) -> None:
    await draft(notebook, 5)
    await house.ready("projectors")
    replayer = house.start("replayer")
    await replayer.until_ready()
    told = await house.said("replay", MODEL, "--yes", "--json")
    assert told.code == 0, told
    assert json.loads(told.out.splitlines()[-1])["state"] == "done"
    assert 'palimpsest_replay_step_seconds_count{step="verifying"} 1.0' in await replayer.metrics()
    assert await replayer.end() == 0
