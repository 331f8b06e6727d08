import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest

from command_api.batch.lines import LineCutter, TooLong
from command_api.batch.window import Window
from kit.ids import new_id
from tests.command_api.asking import Api, Member, code

NDJSON = {"Content-Type": "application/x-ndjson"}


def draft(key: str | None = None, **data: Any) -> dict[str, Any]:
    line = {"command": "DraftPost", "data": {"post": str(new_id()), "title": f"T {new_id()}", "body": "B"} | data}
    return line if key is None else line | {"key": key}


async def send(member: Member, lines: Iterable[Any]) -> list[dict[str, Any]]:
    body = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    answer = await member.ask("POST", "/commands", content=body, headers=NDJSON)
    assert answer.status_code == 200, answer.text
    return answers(answer)


def answers(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def by_line(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda answer: int(answer["line"]))


async def test_each_line_is_answered_with_its_key_and_result(api: Api) -> None:
    ines = await api.member()
    lines = [draft(f"k{n}") for n in range(20)]
    found = await send(ines, lines)
    assert {answer["key"]: answer["result"]["id"] for answer in found} == {
        line["key"]: line["data"]["post"] for line in lines
    }
    assert all(answer["result"]["version"] == 1 and answer["result"]["token"] for answer in found)


async def test_lines_of_one_stream_are_done_in_order_and_see_one_another(api: Api) -> None:
    ines = await api.member()
    first = draft()
    post = first["data"]["post"]
    steps = [
        {"command": c, "data": {"post": post}} for c in ("PublishPost", "UnpublishPost", "ArchivePost", "RestorePost")
    ]
    found = by_line(await send(ines, [first, *(steps * 10), draft()]))
    kinds = await api.types(f"post-{post}")
    assert kinds == ["PostDrafted", *["PostPublished", "PostUnpublished", "PostArchived", "PostRestored"] * 10]
    assert [answer["result"]["version"] for answer in found[:41]] == list(range(1, 42))


async def test_a_bad_line_stops_nothing(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await bram.draft()
    bad: list[tuple[Any, str]] = [
        (b"{\n", "MalformedJson"),
        (b"[]\n", "InvalidRequest"),
        (b'{"command": "\\ud800", "data": {}}\n', "MalformedJson"),
        (b"\xff\n", "MalformedJson"),
        (b"[" * 5000 + b"\n", "MalformedJson"),
        ({"command": "Explode", "data": {}}, "InvalidRequest"),
        ({"command": ["DraftPost"], "data": {}}, "InvalidRequest"),
        ({"command": "DraftPost"}, "InvalidRequest"),
        ({"command": "DraftPost", "data": {}, "more": 1}, "InvalidRequest"),
        ({"command": "DraftPost", "data": {}, "key": 5}, "InvalidRequest"),
        (draft("a b"), "MalformedIdempotencyKey"),
        ({"command": "DraftPost", "data": {}, "expected_version": True}, "InvalidRequest"),
        (draft(title="a\x00b"), "InvalidRequest"),
        (draft(title=5), "InvalidRequest"),
        ({"command": "PublishPost", "data": {"post": str(new_id())}}, "NoSuchPost"),
        ({"command": "RevisePost", "data": {"post": post, "title": "Mine"}}, "NotTheAuthor"),
        ({"command": "ConfirmAddress", "data": {"account": ines.account}}, "OnlyTheSystem"),
        ({"command": "ChangePassword", "data": {"account": ines.account}}, "PasswordMissing"),
        ({"command": "CloseAccount", "data": {"account": bram.account}}, "NotYourAccount"),
        ({"command": "DraftPost", "expected_version": 3, "data": draft()["data"]}, "VersionConflict"),
    ]
    mixed = [part for line, _ in bad for part in (line, draft())]
    found = by_line(await send(ines, mixed))
    assert [answer["problem"]["code"] for answer in found[::2]] == [expected for _, expected in bad]
    assert all("result" in answer for answer in found[1::2])
    assert {answer["problem"]["status"] // 100 for answer in found[::2]} == {4}


async def test_a_problem_points_into_the_line(api: Api) -> None:
    ines = await api.member()
    (answer,) = await send(ines, [draft("k", tags=["x" * 51])])
    assert answer["key"] == "k"
    assert answer["problem"]["errors"][0]["pointer"] == "/data/tags/0"


async def test_a_key_is_good_once_whichever_connection_it_comes_by(api: Api) -> None:
    ines = await api.member()
    line = draft("k")
    first, again = await send(ines, [line, line])
    (third,) = await send(ines, [line])
    assert first["result"] == again["result"] == third["result"]
    (other,) = await send(ines, [draft("k")])
    assert other["problem"]["code"] == "IdempotencyKeyReused"


async def test_blank_lines_and_a_missing_last_newline_are_fine(api: Api) -> None:
    ines = await api.member()
    found = await send(ines, [b"\n", b"  \r\n", draft(), json.dumps(draft()).encode()])
    assert [answer["line"] for answer in by_line(found)] == [3, 4]
    assert await send(ines, []) == []


async def test_a_line_over_the_limit_is_refused_and_the_next_is_not(api: Api) -> None:
    ines = await api.member()
    found = by_line(await send(ines, [b'{"a": "' + b"x" * (9 << 20) + b'"}\n', draft()]))
    assert found[0]["problem"]["code"] == "LineTooLong"
    assert "result" in found[1]


async def test_the_largest_escaped_body_passes_as_a_line(api: Api) -> None:
    ines = await api.member()
    body = "\\u6f6e" * ((1 << 20) // 3)
    line = json.dumps(draft()).replace('"B"', f'"{body}"').encode() + b"\n"
    assert "result" in (await send(ines, [line]))[0]


async def test_a_batch_needs_a_token_and_the_right_media_type(api: Api) -> None:
    ines = await api.member()
    assert code(await api.http.post("/commands", content=b"", headers=NDJSON)) == (401, "SignInNeeded")
    assert code(await ines.ask("POST", "/commands", json=[])) == (415, "UnsupportedMediaType")


async def test_a_suspended_account_is_stopped_within_a_batch(api: Api) -> None:
    admin, ines = await api.admin(), await api.member("ines")

    async def lines() -> AsyncIterator[bytes]:
        yield json.dumps(draft()).encode() + b"\n"
        while await api.count("events WHERE type = 'PostDrafted'") == 0:
            await asyncio.sleep(0)
        assert (await admin.ask("POST", "/accounts/ines/suspend")).status_code == 200
        yield json.dumps(draft()).encode() + b"\n"

    found = by_line(answers(await ines.ask("POST", "/commands", content=lines(), headers=NDJSON)))
    assert "result" in found[0]
    assert found[1]["problem"]["code"] == "InvalidToken"


async def test_no_more_lines_than_the_window_are_under_way(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ines = await api.member()
    most = 0
    execute = type(api.parts.executor).execute
    under_way = 0

    async def counted(*args: Any, **how: Any) -> Any:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        try:
            return await execute(*args, **how)
        finally:
            under_way -= 1

    monkeypatch.setattr(type(api.parts.executor), "execute", counted)
    found = await send(ines, [draft() for _ in range(600)])
    assert len([answer for answer in found if "result" in answer]) == 600
    assert 100 < most <= 256


async def test_a_window_is_full_by_lines_by_bytes_and_by_unread_answers() -> None:
    window = Window(lines=2, line_bytes=10, unread_bytes=5)
    await window.enter(50)
    for size in (1, 1):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(window.enter(size), 0.01)
    window.leave(50, 4)
    await window.enter(5)
    await window.enter(5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(window.enter(0), 0.01)
    window.leave(5, 4)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(window.enter(0), 0.01)
    window.read(4)
    await asyncio.wait_for(window.enter(0), 1)


def test_lines_are_cut_wherever_chunks_end() -> None:
    for size in range(1, 12):
        cutter, text = LineCutter(limit=6), b"one\ntwo\n\nlonger than six\nfour\nlast"
        found = [line for at in range(0, len(text), size) for line in cutter.feed(text[at : at + size])]
        found += cutter.end()
        shown = ["too long" if isinstance(line, TooLong) else line.decode() for line in found]
        assert shown == ["one", "two", "", "too long", "four", "last"]
