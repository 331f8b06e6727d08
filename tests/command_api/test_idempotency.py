import asyncio
from uuid import uuid4

import pytest

from tests.command_api.asking import PASSWORD, Api, code

KEY = {"Idempotency-Key": "k-1"}


async def test_the_same_request_under_one_key_is_answered_the_same_and_done_once(api: Api) -> None:
    ines = await api.member()
    first = await ines.ask("POST", "/posts", json={"title": "T"}, headers=KEY)
    second = await ines.ask("POST", "/posts", json={"title": "T"}, headers=KEY)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    for name in ("location", "consistency-token", "etag"):
        assert first.headers[name] == second.headers[name]
    assert await api.count("events WHERE type = 'PostDrafted'") == 1


async def test_another_body_or_door_under_the_same_key_is_refused(api: Api) -> None:
    ines = await api.member()
    post = (await ines.ask("POST", "/posts", json={"title": "T", "body": "B"}, headers=KEY)).json()["id"]
    assert code(await ines.ask("POST", "/posts", json={"title": "U"}, headers=KEY)) == (422, "IdempotencyKeyReused")
    answer = await ines.ask("POST", f"/posts/{post}/publish", headers=KEY)
    assert code(answer) == (422, "IdempotencyKeyReused")
    assert await api.count("events WHERE type <> 'AccountRegistered'") == 1


async def test_concurrent_twins_make_one_post_and_get_one_answer(api: Api) -> None:
    ines = await api.member()
    answers = await asyncio.gather(*(ines.ask("POST", "/posts", json={"title": "T"}, headers=KEY) for _ in range(10)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await api.count("events WHERE type = 'PostDrafted'") == 1


async def test_a_key_belongs_to_its_actor(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    one = await ines.ask("POST", "/posts", json={"title": "T"}, headers=KEY)
    two = await bram.ask("POST", "/posts", json={"title": "T"}, headers=KEY)
    assert one.json()["id"] != two.json()["id"]


async def test_a_retry_after_the_state_moved_on_gets_the_first_answer(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft()
    first = await ines.ask("POST", f"/posts/{post}/publish", headers=KEY)
    await ines.ask("DELETE", f"/posts/{post}")
    again = await ines.ask("POST", f"/posts/{post}/publish", headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)


async def test_a_refused_request_may_be_sent_again_under_its_key(api: Api) -> None:
    ines = await api.member()
    post = (await ines.post("/posts", title="T")).json()["id"]
    assert code(await ines.ask("POST", f"/posts/{post}/publish", headers=KEY)) == (409, "NothingToPublish")
    await ines.ask("PATCH", f"/posts/{post}", json={"body": "B"})
    assert (await ines.ask("POST", f"/posts/{post}/publish", headers=KEY)).status_code == 200


async def test_a_registration_is_done_once_under_its_key(api: Api) -> None:
    body = {"handle": "ines", "address": "ines@example.org", "name": "Ines", "password": PASSWORD}
    answers = await asyncio.gather(*(api.http.post("/accounts", json=body, headers=KEY) for _ in range(4)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    other = await api.http.post("/accounts", json=body | {"handle": "bram", "address": "b@example.org"}, headers=KEY)
    assert code(other) == (422, "IdempotencyKeyReused")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
async def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    ines = await api.member()
    answer = await ines.ask("POST", "/posts", json={"title": "T"}, headers={"Idempotency-Key": key.encode()})
    assert code(answer) == (400, "MalformedIdempotencyKey")


async def test_sign_in_doors_keep_no_answers(api: Api) -> None:
    await api.register("ines")
    for _ in range(2):
        answer = await api.http.post("/auth/forgot", json={"address": "ines@example.org"}, headers=KEY)
        assert answer.status_code == 202
    assert await api.count("idempotency") == 0


async def test_a_key_says_nothing_of_what_was_sent(api: Api) -> None:
    ines = await api.member()
    await ines.ask("POST", "/posts", json={"title": f"T {uuid4()}"}, headers=KEY)
    (row,) = await api.pool.fetch("SELECT request_hash, answer FROM idempotency")
    assert len(row["request_hash"]) == 32
    assert "T " not in row["answer"]
