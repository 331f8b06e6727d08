"""Doors to comments."""

import asyncio
from typing import Any
from uuid import uuid4

import orjson

from tests.command_api.asking import Api, Member, code


async def published(member: Member, **fields: Any) -> str:
    return await member.draft(publish=True, **fields)


async def commented(member: Member, post: str, body: str = "Well said.", **fields: Any) -> str:
    answer = await member.post(f"/posts/{post}/comments", body=body, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def editor(api: Api) -> Member:
    admin, member = await api.admin(), await api.member()
    assert (await admin.ask("PUT", f"/accounts/{member.handle}/roles/editor")).status_code == 200
    return member


async def test_a_comment_is_created_and_keeps_the_order_of_its_post(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await published(ines)
    answer = await bram.post(f"/posts/{post}/comments", body="Well said.")
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/comments/{made['id']}"
    assert answer.headers["consistency-token"] == made["token"]
    rows = await api.pool.fetch("SELECT partition_key FROM events WHERE stream = $1", f"comment-{made['id']}")
    assert [row["partition_key"] for row in rows] == [post]


async def test_a_comment_is_edited_flagged_moderated_and_deleted_by_its_id_alone(api: Api) -> None:
    moderator, ines, bram = await editor(api), await api.member(), await api.member()
    comment = await commented(bram, await published(ines))
    steps = (
        (bram, "PATCH", "", {"body": "Put better."}),
        (ines, "POST", "/flag", None),
        (moderator, "POST", "/approve", None),
        (moderator, "POST", "/reject", None),
        (ines, "DELETE", "", None),
    )
    for version, (who, method, what, body) in enumerate(steps, 2):
        answer = await who.ask(method, f"/comments/{comment}{what}", json=body or {})
        assert (answer.status_code, answer.json().get("version")) == (200, version), answer.text
    assert (await api.types(f"comment-{comment}"))[1:] == [
        "CommentEdited",
        "CommentFlagged",
        "CommentApproved",
        "CommentRejected",
        "CommentDeleted",
    ]
    assert code(await bram.ask("PATCH", f"/comments/{comment}", json={"body": "x"})) == (404, "NoSuchComment")


async def test_a_comment_that_never_was_is_not_found_at_any_door(api: Api) -> None:
    bram = await api.member()
    for method, what in (("PATCH", ""), ("DELETE", ""), ("POST", "/flag"), ("POST", "/approve"), ("POST", "/reject")):
        answer = await bram.ask(method, f"/comments/{uuid4()}{what}", json={"body": "x"} if method == "PATCH" else {})
        assert code(answer) == (404, "NoSuchComment")


async def test_rules_are_told_with_their_codes(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post, closed = await published(ines), await published(ines, comments_allowed=False)
    comment = await commented(bram, post)
    for who, method, path, body, expected in (
        (bram, "POST", f"/posts/{uuid4()}/comments", {"body": "x"}, (404, "NoSuchPost")),
        (bram, "POST", f"/posts/{await ines.draft()}/comments", {"body": "x"}, (404, "NoSuchPost")),
        (bram, "POST", f"/posts/{closed}/comments", {"body": "x"}, (409, "CommentsClosed")),
        (bram, "POST", f"/posts/{post}/comments", {"body": "x", "parent": str(uuid4())}, (409, "NothingToAnswer")),
        (bram, "POST", f"/posts/{post}/comments", {"body": "x" * 10_001}, (422, "InvalidRequest")),
        (bram, "POST", f"/posts/{post}/comments", {"body": "x", "author": "nobody-here"}, (422, "InvalidRequest")),
        (bram, "POST", f"/posts/{post}/comments", {"body": "x", "author": ines.handle}, (403, "CommenterNotYours")),
        (ines, "PATCH", f"/comments/{comment}", {"body": "x"}, (403, "NotYourComment")),
        (ines, "POST", f"/comments/{comment}/reject", {}, (403, "EditorRoleRequired")),
        (bram, "POST", f"/comments/{comment}/flag", {}, (409, "OwnCommentFlagged")),
    ):
        assert code(await who.ask(method, path, json=body)) == expected
    assert code(await api.http.post(f"/posts/{post}/comments", json={"body": "x"})) == (401, "SignInNeeded")


async def test_a_suspended_account_comments_no_more(api: Api) -> None:
    admin, ines, bram = await api.admin(), await api.member(), await api.member()
    post = await published(ines)
    assert (await admin.ask("POST", f"/accounts/{bram.handle}/suspend", json={"reason": "spam"})).status_code == 200
    assert (await bram.post(f"/posts/{post}/comments", body="x")).status_code == 401


async def test_an_editor_brings_in_a_comment_of_another_with_its_date(api: Api) -> None:
    moderator, ines = await editor(api), await api.member()
    post = await published(ines)
    await commented(moderator, post, author=ines.handle, written_at="2014-05-06T07:08:09Z")


async def test_the_longest_comment_fits_however_it_is_escaped(api: Api) -> None:
    ines = await api.member()
    comment = await commented(ines, await published(ines))
    body = b'{"body": "' + b"\\ud83d\\ude00" * 10_000 + b'"}'
    answer = await ines.ask("PATCH", f"/comments/{comment}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text


async def test_a_comment_sent_again_under_its_key_is_one_comment(api: Api) -> None:
    ines = await api.member()
    post = await published(ines)
    sent = {"json": {"body": "Once."}, "headers": {"Idempotency-Key": "once"}}
    first, second = [await ines.ask("POST", f"/posts/{post}/comments", **sent) for _ in range(2)]
    assert first.json() == second.json()


async def test_a_thread_comes_in_with_its_post_by_the_door_for_importers(api: Api) -> None:
    ines, post, ids = await api.member(), str(uuid4()), [str(uuid4()) for _ in range(9)]
    lines: list[tuple[str, dict[str, Any]]] = [
        ("DraftPost", {"title": "T", "body": "B"}),
        ("PublishPost", {}),
        *(
            ("WriteComment", {"comment": one, "body": "x", "parent": above})
            for one, above in zip(ids, (None, *ids), strict=False)
        ),
        ("RevisePost", {"comments_allowed": False}),
        ("WriteComment", {"comment": str(uuid4()), "body": "late"}),
    ]
    sent = b"\n".join(orjson.dumps({"command": name, "data": {"post": post, **data}}) for name, data in lines)
    answer = await ines.ask("POST", "/commands", content=sent, headers={"Content-Type": "application/x-ndjson"})
    told = sorted((orjson.loads(line) for line in answer.content.splitlines()), key=lambda line: line["line"])
    refused = {line["line"]: line["problem"]["code"] for line in told if "problem" in line}
    assert refused == {11: "ThreadTooDeep", 13: "CommentsClosed"}


async def test_three_people_who_flag_at_once_hide_a_comment_by_one_flag(api: Api) -> None:
    ines, flaggers = await api.member(), [await api.member() for _ in range(5)]
    comment = await commented(ines, await published(ines))
    answers = await asyncio.gather(*(who.ask("POST", f"/comments/{comment}/flag") for who in flaggers for _ in "12"))
    assert {answer.status_code for answer in answers} == {200}
    rows = await api.pool.fetch("SELECT data FROM events WHERE type = 'CommentFlagged' ORDER BY version")
    assert [orjson.loads(row["data"])["is_hidden"] for row in rows] == [False, False, True]
