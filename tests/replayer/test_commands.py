import asyncio
import json
from datetime import UTC, datetime

from tests.projection.notebook import Notebook
from tests.replayer.running import House, draft

MODEL, SHOWN = "post_pages", "SELECT count(*) = $1 FROM serving.post_pages"
STATE = "SELECT state = $1 FROM projection.replays ORDER BY id DESC LIMIT 1"


async def shown(house: House, notebook: Notebook, count: int = 30) -> None:
    await draft(notebook, count)
    await house.ready("projectors", "replayer")
    await house.until(SHOWN, count)


async def test_what_is_not_understood_is_not_begun(house: House) -> None:
    wrong = await house.said("replay", "post_pages2", "--yes")
    assert (wrong.code, "did you mean post_pages?" in wrong.err) == (2, True), wrong
    unsure = await house.said("replay", MODEL)
    assert (unsure.code, "say --yes" in unsure.err) == (2, True), unsure
    nothing = await house.said("replay", "--yes")
    assert (nothing.code, "name a read model" in nothing.err) == (2, True), nothing
    assert await house.fetch("SELECT FROM projection.replays") == []


async def test_whoever_asks_without_a_replayer_is_told(house: House) -> None:
    await house.ready("projectors")
    asked = house.command("replay", MODEL, "--yes")
    assert asked.stderr
    cost, told = [await asyncio.to_thread(asked.stderr.readline) for _ in range(2)]
    assert "MB more on the read database's disk" in cost
    assert "no replayer is at work" in told
    await house.ready("replayer")
    out, _ = await asyncio.to_thread(asked.communicate, None, 60)
    assert asked.returncode == 0, out


async def test_a_second_replay_is_refused_and_a_paused_one_goes_on_or_is_cancelled(
    house: House, notebook: Notebook
) -> None:
    await shown(house, notebook)
    first = house.command("replay", MODEL, "--yes", "--rate", "1")
    await house.until("SELECT coalesce((SELECT sum(folded) > 0 FROM projection.replay_parts), false)")
    second = await house.said("replay", "post_slugs", MODEL, "--yes")
    assert (second.code, "a replay of post_pages is at work" in second.err) == (2, True), second
    assert len(await house.fetch("SELECT FROM projection.replays")) == 1
    assert (await house.said("replay", "pause", MODEL)).code == 0
    [status] = json.loads((await house.said("replay", "status", "--json")).out)
    assert (status["model"], status["state"], status["paused"]) == (MODEL, "building", True)
    assert (await house.said("replay", "resume", MODEL)).code == 0
    unsure = await house.said("replay", "cancel", MODEL)
    assert (unsure.code, "drop what it built: nothing was done, say --yes" in unsure.err) == (2, True), unsure
    assert (await house.said("replay", "cancel", "--all", "--yes", "--why", "enough")).code == 0
    first.communicate(timeout=30)
    assert first.returncode == 1
    assert await house.states(MODEL) == {1: "serving"}
    again = await house.said("replay", "cancel", MODEL)
    assert (again.code, "nothing to cancel of post_pages" in again.err) == (2, True), again
    newest, *_ = json.loads((await house.said("actions", "--json")).out)
    assert (newest["action"], newest["target"], newest["result"]) == ("replay cancel", MODEL, "done")


async def test_a_difference_stops_the_swap_until_it_is_accepted(house: House, notebook: Notebook) -> None:
    await shown(house, notebook)
    await house.execute("UPDATE post_pages_g1.post_pages SET language = 'xx' WHERE slug = (SELECT min(slug)"
                        " FROM post_pages_g1.post_pages)")  # fmt: skip
    refused = await house.said("replay", MODEL, "--yes")
    assert refused.code == 1, refused
    assert "differs from what is served in post_pages" in refused.out
    assert await house.states(MODEL) == {1: "serving", 2: "following"}
    accepted = await house.said("replay", MODEL, "--accept", "--yes", "--why", "the old one was changed by hand")
    assert accepted.code == 0, accepted
    assert await house.states(MODEL) == {1: "retired", 2: "serving"}
    assert not await house.fetch("SELECT FROM serving.post_pages WHERE language = 'xx'")


async def test_several_are_built_together_and_each_is_swapped(house: House, notebook: Notebook) -> None:
    await shown(house, notebook)
    together = await house.said("replay", "--all", "--yes", "--workers", "2")
    assert together.code == 0, together
    states = await house.fetch("SELECT count(*) FILTER (WHERE number = 2), count(*) FROM projection.generations"
                               " WHERE state = 'serving'")  # fmt: skip
    assert tuple(states[0]) == (len(await house.fetch("SELECT FROM projection.replays")),) * 2


async def test_a_generation_as_of_a_moment_is_built_beside_and_never_read(house: House, notebook: Notebook) -> None:
    await shown(house, notebook)
    moment = datetime.now(UTC)
    await draft(notebook, 7)
    await house.until(SHOWN, 37)
    built = await house.said("replay", MODEL, "--until", moment.isoformat(), "--yes")
    assert built.code == 0, built
    assert await house.states(MODEL) == {1: "serving", 2: "frozen"}
    assert len(await house.fetch("SELECT FROM post_pages_g2.post_pages")) == 30
    back = await house.said("rollback", MODEL, "--to", "2", "--yes")
    assert (back.code, "it is not kept up to date" in back.err) == (1, True), back


async def test_what_was_built_without_a_swap_is_shown_when_asked_for(house: House, notebook: Notebook) -> None:
    await shown(house, notebook)
    assert (await house.said("replay", MODEL, "--no-swap", "--yes")).code == 0
    assert await house.states(MODEL) == {1: "serving", 2: "following"}
    assert (await house.said("rollback", MODEL, "--to", "2", "--yes")).code == 0
    assert await house.states(MODEL) == {1: "retired", 2: "serving"}
    nothing = await house.said("rollback", "post_slugs", "--yes")
    assert (nothing.code, "has no generation before" in nothing.err) == (2, True), nothing


async def test_migrate_says_what_this_code_needs(house: House, notebook: Notebook) -> None:
    await shown(house, notebook)
    assert (await house.said("migrate", "--check")).code == 0
    await house.execute("UPDATE projection.generations SET version = 0 WHERE model = $1", MODEL)
    needed = await house.said("migrate", "--check", "--json")
    assert needed.code == 1, needed
    needs = {row["model"]: row["needs"] for row in json.loads(needed.out)}
    assert needs.pop(MODEL) == "a new generation"
    assert set(needs.values()) == {"nothing"}
    done = await house.said("migrate", "--yes")
    assert done.code == 0, done
    assert (await house.said("migrate", "--check")).code == 0
    await draft(notebook, 3)
    await house.until(SHOWN, 33)
