import asyncio
import time
from typing import Any

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press


async def written(ana: Member, title: str) -> tuple[str, str]:
    """A new post's id and token."""
    answer = await ana.post("/posts", title=title, body="Text.", publish=True)
    return answer.json()["id"], answer.headers["consistency-token"]


async def test_a_query_waits_until_the_token_can_be_seen(press: Press) -> None:
    ana = await press.author()
    post, token = await written(ana, "Awaited")
    asking = asyncio.create_task(press.get(f"/posts/{post}", headers={"Consistency-Token": token}))
    await asyncio.sleep(0)
    await press.project()
    answer = await asking
    assert (answer.status_code, answer.headers.get("stale")) == (200, None)


async def test_many_queries_wait_together(press: Press) -> None:
    ana = await press.author()
    written_posts = [await written(ana, f"Together {number}") for number in range(5)]
    asking = [
        asyncio.create_task(press.get(f"/posts/{post}", headers={"Consistency-Token": token}))
        for post, token in written_posts
        for _ in range(10)
    ]
    await press.project()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}


async def test_past_its_wait_an_answer_says_that_it_is_stale(press: Press) -> None:
    ana = await press.author()
    await press.project()
    post, token = await written(ana, "Too late")
    asked = {"Consistency-Token": token, "Prefer": "wait=0"}
    for path in ("/posts", "/tags", f"/authors/{ana.handle}"):
        answer = await press.get(path, headers=asked)
        assert (answer.status_code, answer.headers["stale"], answer.headers["cache-control"]) == (
            200,
            "true",
            "private, no-store",
        ), path
    missing = await press.get(f"/posts/{post}", headers=asked)
    assert (missing.status_code, missing.headers["stale"]) == (404, "true")
    await press.project()


async def test_who_is_strict_gets_412_instead(press: Press) -> None:
    ana = await press.author()
    post, token = await written(ana, "Strictly")
    asked = {"Consistency-Token": token, "Prefer": "handling=strict, wait=0"}
    assert code(await press.get(f"/posts/{post}", headers=asked)) == (412, "NotYetConsistent")
    await press.project()
    assert (await press.get(f"/posts/{post}", headers=asked)).status_code == 200


@pytest.mark.parametrize(("prefer", "least_s", "most_s"), [("", 1.9, 4.0), ("wait=1", 0.9, 1.9), ("wait=0", 0.0, 0.9)])
async def test_the_wait_is_as_long_as_preferred(press: Press, prefer: str, least_s: float, most_s: float) -> None:
    await press.project()
    started = time.monotonic()
    asked = {"Consistency-Token": "1:0.999999999", "Prefer": prefer}
    assert (await press.get("/tags", headers=asked)).headers["stale"] == "true"
    assert least_s <= time.monotonic() - started < most_s


async def test_no_wait_is_longer_than_ten_seconds(press: Press) -> None:
    asked = {"Consistency-Token": "1:0.999999999", "Prefer": "wait=999999"}
    async with asyncio.timeout(13):
        assert (await press.get("/tags", headers=asked)).headers["stale"] == "true"


async def test_joined_tokens_wait_for_all_of_them(press: Press) -> None:
    ana = await press.author()
    _, first = await written(ana, "First of two")
    await press.project()
    joined = f"{first},15.999999999"
    answer = await press.get("/posts", headers={"Consistency-Token": joined, "Prefer": "wait=0"})
    assert answer.headers["stale"] == "true"


@pytest.mark.parametrize("token", ["x", "1:", "1:0", "1:0.1,", "a:0.1", "1:-1.1", "1:0.1;1.1", "1:0." + "9" * 40])
async def test_a_malformed_token_is_refused(press: Press, token: str) -> None:
    for path in ("/posts", "/posts/x", "/tags", "/authors/x"):
        assert code(await press.get(path, headers={"Consistency-Token": token})) == (400, "MalformedToken")


async def test_the_largest_well_formed_token_is_no_fault(press: Press) -> None:
    token = "1:" + ",".join(f"{9999 - number}.{'9' * 18}" for number in range(256))
    answer = await press.get("/tags", headers={"Consistency-Token": token, "Prefer": "wait=0"})
    assert (answer.status_code, answer.headers["stale"]) == (200, "true")


async def test_a_token_of_another_epoch_is_refused(press: Press) -> None:
    await press.project()
    for path in ("/posts", "/posts/x", "/tags"):
        assert code(await press.get(path, headers={"Consistency-Token": "7:0.1"})) == (409, "ForeignEpoch")


async def test_a_parked_key_is_stale_and_others_are_not(press: Press) -> None:
    ana = await press.author()
    post, token = await written(ana, "Parked")
    await press.project()
    partition, sequence = map(int, token.partition(":")[2].split("."))
    await press.change_read_database(
        """INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)
           VALUES ('post_pages', 1, $1, $2, $3, gen_random_uuid(), 'PostRevised', 1)""",
        partition,
        post,
        sequence,
    )
    try:
        await _expect_parked(press, post, token)
    finally:
        await press.change_read_database("DELETE FROM projection.parked")


async def test_what_was_parked_a_moment_ago_is_known_to_who_waits_for_it(press: Press) -> None:
    ana = await press.author()
    _, before = await written(ana, "Before the parked")
    await press.project()
    assert "stale" not in (await press.get("/posts", headers={"Consistency-Token": before})).headers
    post, token = await written(ana, "Parked at once")
    await press.project()
    partition, sequence = map(int, token.partition(":")[2].split("."))
    await press.change_read_database(
        """INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)
           VALUES ('post_lists', 1, $1, $2, $3, gen_random_uuid(), 'PostPublished', 1)""",
        partition,
        post,
        sequence,
    )
    try:
        assert (await press.get("/posts", headers={"Consistency-Token": token})).headers["stale"] == "true"
    finally:
        await press.change_read_database("DELETE FROM projection.parked")


async def _expect_parked(press: Press, post: str, token: str) -> None:
    asked: dict[str, Any] = {"Consistency-Token": token}
    assert (await press.get(f"/posts/{post}", headers=asked)).headers["stale"] == "true"
    assert (await press.get("/posts", headers=asked)).headers["stale"] == "true"
    assert "stale" not in (await press.get("/tags", headers=asked)).headers
    partition, sequence = token.partition(":")[2].split(".")
    earlier = {"Consistency-Token": f"1:{partition}.{int(sequence) - 1}"}
    assert "stale" not in (await press.get(f"/posts/{post}", headers=earlier)).headers
    strict = asked | {"Prefer": "handling=strict"}
    assert code(await press.get(f"/posts/{post}", headers=strict)) == (412, "NotYetConsistent")


async def test_another_key_of_a_parked_partition_is_fresh(press: Press) -> None:
    ana = await press.author()
    post, token = await written(ana, "Beside the parked")
    await press.project()
    partition, sequence = map(int, token.partition(":")[2].split("."))
    await press.change_read_database(
        """INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)
           VALUES ('post_pages', 1, $1, 'another', $2, gen_random_uuid(), 'PostRevised', 1)""",
        partition,
        sequence,
    )
    try:
        answer = await press.get(f"/posts/{post}", headers={"Consistency-Token": token})
        assert (answer.status_code, answer.headers.get("stale")) == (200, None)
    finally:
        await press.change_read_database("DELETE FROM projection.parked")
