"""GET /changes: who listens hears what becomes public, changes or is withdrawn, once, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from engine.replays.swapping import swap_soon
from kit.consistency import ConsistencyToken
from query_api.changes_sql import PAGE
from read_models.changes import MODEL
from tests.command_api.asking import Member, code
from tests.projection.second_generation import add_empty
from tests.query_api.listeners import Door, Ear, Heard, changed, door, published, withdrawn
from tests.query_api.press import Press


@pytest.fixture(scope="module")
async def api(press: Press) -> AsyncIterator[Door]:
    await press.project()
    async with door(press) as opened:
        yield opened


async def write(press: Press, by: Member, title: str) -> str:
    post = await press.published(by, title)
    await press.project()
    return post


async def test_a_post_is_heard_of_from_publishing_to_withdrawal(press: Press, api: Door) -> None:
    ana = await press.author()
    async with Ear(api) as ear:
        post = await write(press, ana, "Heard")
        await ear.until(published(post))
        await ana.ask("PATCH", f"/posts/{post}", json={"title": "Heard again"})
        await press.project()
        await ear.until(changed(post))
        await ana.ask("POST", f"/posts/{post}/unpublish")
        await ana.ask("PATCH", f"/posts/{post}", json={"title": "Nobody's business"})
        await press.project()
        await ear.until(withdrawn(post))
        await ear.until(published(await write(press, ana, "The last")))
        assert ear.of(post) == [published(post), changed(post), withdrawn(post)]


async def test_comments_are_heard_of_while_everybody_sees_them(press: Press, api: Door) -> None:
    ana, editor = await press.author(), await press.editor()
    post = await write(press, ana, "Discussed")
    async with Ear(api, query=f"?post={post}") as ear:
        comment = (await ana.post(f"/posts/{post}/comments", body="First.")).json()["id"]
        await press.project()
        await ear.until(Heard("comment.published", post, comment))
        await ana.ask("PATCH", f"/comments/{comment}", json={"body": "The first."})
        await press.project()
        await ear.until(Heard("comment.changed", post, comment))
        await editor.post(f"/comments/{comment}/reject")
        await press.project()
        await ear.until(Heard("comment.withdrawn", post, comment))


async def test_nothing_is_heard_of_what_is_not_public(press: Press, api: Door) -> None:
    ana, editor = await press.author(), await press.editor()
    last = await beginning(press, api)
    hidden = [await ana.draft("A draft"), await write(press, ana, "Withdrawn")]
    comment = (await ana.post(f"/posts/{hidden[1]}/comments", body="First.")).json()["id"]
    await press.project()
    async with Ear(api) as ear:
        await ana.ask("PATCH", f"/posts/{hidden[0]}", json={"title": "Still a draft"})
        await ana.ask("POST", f"/posts/{hidden[1]}/unpublish")
        for step in ("reject", "approve"):
            await editor.post(f"/comments/{comment}/{step}")
            await press.project()
        await ana.ask("DELETE", f"/posts/{hidden[0]}")
        await ana.ask("DELETE", f"/posts/{hidden[1]}")
        await ear.until(published(await write(press, ana, "Public")))
        assert [each for each in ear.heard if each.post in hidden] == [withdrawn(hidden[1])]
        missed = await Ear(api, last, "?seconds=0").whole()
        assert [each for each in missed.heard if each.post in hidden] == [withdrawn(hidden[1])]


async def beginning(press: Press, api: Door) -> str:
    """An id of before what a test writes."""
    await press.project()
    return (await Ear(api, query="?seconds=0").whole()).last


async def test_nothing_is_lost_or_repeated_over_reconnects_and_restarts(press: Press, api: Door) -> None:
    ana, heard, last = await press.author(), list[Heard](), await beginning(press, api)
    posts = [await write(press, ana, "While nobody listened")]
    for _ in range(2):  # servers
        async with door(press) as server:
            for _ in range(3):  # connections
                async with Ear(server, last) as ear:
                    await ear.until(published(posts[-1]))
                    posts += [await write(press, ana, f"Heard {number}") for number in range(4)]
                    await ear.until(*map(published, posts[-4:]))
                posts.append(await write(press, ana, "Between"))
                heard, last = heard + ear.heard, ear.last
    assert sorted(each.post for each in heard) == sorted(posts[:-1])


async def test_who_comes_back_late_hears_the_last_word_on_each_post(press: Press, api: Door) -> None:
    ana, last = await press.author(), await beginning(press, api)
    posts = [await press.published(ana, f"Written {number}") for number in range(40)]
    for post in posts[:30]:
        await ana.ask("PATCH", f"/posts/{post}", json={"title": "Better"})
    await ana.ask("POST", f"/posts/{posts[0]}/archive")
    said = [await ana.post(f"/posts/{posts[1]}/comments", body="A line.") for _ in range(PAGE + 5)]
    await press.project()
    missed = await Ear(api, last, "?seconds=0").whole()
    assert (await Ear(api, missed.last, "?seconds=0").whole()).heard == []
    expected = {withdrawn(posts[0])} | {published(each) for each in posts[1:]} | {changed(each) for each in posts[1:30]}
    expected |= {Heard("comment.published", posts[1], each.json()["id"]) for each in said}
    assert len(missed.heard) == len(expected)
    assert set(missed.heard) == expected


async def test_what_a_command_answered_with_is_a_place_to_begin(press: Press, api: Door) -> None:
    ana = await press.author()
    first = await ana.ask("POST", "/posts", json={"title": "First", "body": "A line.", "publish": True})
    post = first.json()["id"]
    await ana.ask("PATCH", f"/posts/{post}", json={"title": "Changed"})
    await press.project()
    ear = await Ear(api, query=f"?after={first.headers['Consistency-Token']}&seconds=0").whole()
    assert ear.of(post) == [changed(post)]


async def test_a_place_that_is_not_reached_yet_is_waited_for(press: Press, api: Door) -> None:
    ana = await press.author()
    await press.project()
    token = (await ana.ask("POST", "/posts", json={"title": "Ahead", "body": "A.", "publish": True})).headers
    async with Ear(api, query=f"?after={token['Consistency-Token']}") as ear:
        assert ahead(token["Consistency-Token"], ear.last)
        other = await write(press, ana, "After it")
        await ear.until(published(other))
        assert [each.post for each in ear.heard] == [other]


def ahead(token: str, identity: str) -> bool:
    [(partition, sequence)] = ConsistencyToken.parse(token).sequences.items()
    return ConsistencyToken.parse(identity).sequences[partition] == sequence


async def test_one_listens_to_some_kinds_and_posts_alone(press: Press, api: Door) -> None:
    ana = await press.author()
    one = await write(press, ana, "One")
    async with Ear(api, query=f"?post={one.upper()}&kind=post.withdrawn") as ear:
        other = await write(press, ana, "Other")
        for post in (other, one):
            await ana.ask("PATCH", f"/posts/{post}", json={"title": "Changed"})
            await ana.ask("POST", f"/posts/{post}/unpublish")
        await press.project()
        await ear.until(withdrawn(one))
        assert ear.heard == [withdrawn(one)]


async def test_a_listener_of_another_life_of_the_log_begins_anew(press: Press, api: Door) -> None:
    ana = await press.author()
    await write(press, ana, "Of this life")
    async with Ear(api, "9:0.3,1.1") as ear:
        post = await write(press, ana, "Heard")
        await ear.until(published(post))
        assert ear.heard == [Heard("reset"), published(post)]


@pytest.mark.parametrize(
    ("query", "last", "expected"),
    [
        ("?kind=post.drafted", "", (422, "InvalidRequest")),
        ("?post=a-slug", "", (422, "InvalidRequest")),
        ("?after=1", "", (422, "InvalidRequest")),
        ("?seconds=-1", "", (422, "InvalidRequest")),
        ("?seconds=86401", "", (422, "InvalidRequest")),
        ("?tag=sea", "", (422, "InvalidRequest")),
        ("", "yesterday", (400, "MalformedToken")),
    ],
)
async def test_what_is_not_as_it_should_be_is_refused(press: Press, query: str, last: str, expected: Any) -> None:
    assert code(await press.get(f"/changes{query}", headers={"Last-Event-ID": last})) == expected


async def test_many_who_come_at_once_are_each_told_once(press: Press) -> None:
    ana = await press.author()
    await press.project()
    async with door(press) as api, AsyncExitStack() as listening:
        ears = await asyncio.gather(*(listening.enter_async_context(Ear(api)) for _ in range(8)))
        posts = [await write(press, ana, f"To many {number}") for number in range(3)]
        for ear in ears:
            await ear.until(*map(published, posts))
        assert [sorted(each.post for each in ear.heard) for ear in ears] == [sorted(posts)] * len(ears)


async def test_an_id_moves_on_though_nothing_was_wished_for(press: Press, api: Door) -> None:
    ana, last = await press.author(), await beginning(press, api)
    await write(press, ana, "Of no concern")
    ear = await Ear(api, last, "?seconds=0&kind=comment.withdrawn").whole()
    assert not ear.heard
    assert ear.last != last
    assert (await Ear(api, ear.last, "?seconds=0").whole()).heard == []


async def test_no_more_listen_than_a_process_takes(press: Press) -> None:
    await press.project()
    async with door(press, most_listeners=2) as api, Ear(api):
        async with Ear(api):
            refused = await api.get("/changes?seconds=0")
            assert code(refused) == (503, "TooManyListeners")
            assert refused.headers["Retry-After"] == "5"
        await _until_listeners(api, 1)
        assert (await api.get("/changes?seconds=0")).status_code == 200


async def _until_listeners(api: Door, number: int) -> None:
    async with asyncio.timeout(10):
        while len(api.changes._admitted) != number:
            await asyncio.sleep(0.005)


async def test_who_takes_nothing_is_cut_off_and_others_are_not(press: Press) -> None:
    ana = await press.author()
    await press.project()
    async with door(press) as api, Ear(api) as ear, api.deaf() as stuck:
        for _ in range(400):  # more than what sockets hold
            stuck.take(b": " + b"x" * 65_536 + b"\n")
            await asyncio.sleep(0)
        assert stuck.is_cut.done()
        await _until_listeners(api, 1)
        await ear.until(published(await write(press, ana, "Still heard")))


async def test_nobody_is_polled_for_when_nobody_listens(press: Press) -> None:
    await press.project()
    async with door(press) as api:
        async with Ear(api):
            assert api.changes._polling is not None
        async with asyncio.timeout(10):
            while api.changes._polling is not None:
                await asyncio.sleep(0.005)


async def test_a_swap_is_not_heard_and_another_life_of_the_log_is(own_press: Press) -> None:
    ana, posts = await own_press.author(), list[str]()
    await own_press.project()
    connection = await asyncpg.connect(own_press.read.url("projector"))
    await add_empty(connection, MODEL)
    await own_press.project_anew()
    async with door(own_press) as api, Ear(api) as ear:
        for number in range(6):
            swapping = swap_soon(connection, MODEL.name, 1 + number % 2, 2 - number % 2, patience_s=20)
            written, _ = await asyncio.gather(write(own_press, ana, f"Post {number}"), swapping)
            posts.append(written)
        await ear.until(*map(published, posts))
        assert sorted(each.post for each in ear.heard) == sorted(posts)
        await connection.execute("UPDATE projection.checkpoints SET epoch = 2 WHERE model = 'changes'")
        await ear.until(Heard("reset"))
        assert ear.last.startswith("2:")
    await connection.close()
