"""Streams are found and shown on a real log, with the operator's role."""

import json
from typing import Any

import asyncpg
import pytest

from domain.accounts.close_account import CloseAccount
from domain.command import Actor
from domain.comments.flag_comment import FlagComment
from domain.posts.change_slug import ChangeSlug
from domain.posts.publish_post import PublishPost
from domain.posts.revise_post import RevisePost
from domain.taxonomy.create_category import CreateCategory
from domain.taxonomy.delete_category import DeleteCategory
from domain.taxonomy.rename_tag import RenameTag
from kit.ids import new_id
from ops.__main__ import main
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.servers import Database


@pytest.fixture
def log(log_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    return log_database


async def asked(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert await in_process(main, ["streams", *words, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


async def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert await in_process(main, ["streams", *words]) == 2
    return capsys.readouterr().err


async def test_a_stream_is_found_by_name_id_and_kind(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        post = f"post-{await desk.live_a_little()}"
    [by_slug] = await asked(capsys, "find", "attic-door")
    assert (by_slug["stream"], by_slug["by"], by_slug["version"]) == (post, "slug attic-door", 4)
    assert [each["stream"] for each in await asked(capsys, "find", "cellar-door")] == [post]
    assert [each["by"] for each in await asked(capsys, "find", "an")] == ["handle ana"]
    assert [each["by"] for each in await asked(capsys, "find", "@ben")] == ["handle ben"]
    assert post in [each["stream"] for each in await asked(capsys, "find", post[:18])]
    assert post in [each["stream"] for each in await asked(capsys, "find", post.removeprefix("post-"))]
    assert len(await asked(capsys, "find", "post")) == 3
    newest = await asked(capsys, "find", "account", "--limit", "2")
    assert len(newest) == 2
    assert newest[0]["last_type"] == "AccountClosed"


async def test_the_one_stream_of_a_kind_is_found_and_shows_what_changed_in_it(
    log: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk_at(log.url("command")) as desk:
        sea, coast = new_id(), new_id()
        await desk.do(CreateCategory(category=sea, name="Sea"))
        await desk.do(CreateCategory(category=coast, name="Coast", parent="sea"))
        await desk.do(DeleteCategory(category=coast))
        await desk.do(RenameTag(tag="salt", name="Brine"))
    assert [each["stream"] for each in await asked(capsys, "find", "taxonomy")] == ["taxonomy"]
    events = await asked(capsys, "show", "taxonomy")
    assert [list(each["changes"]) for each in events] == [
        [f"categories {sea}", "slugs sea"],
        [f"categories {coast}", "slugs coast"],
        [f"categories {coast}", "slugs coast"],
        ["aliases salt"],
    ]
    assert events[2]["changes"]["slugs coast"]["after"] is None


async def test_a_name_of_the_past_is_found_in_the_whole_log(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        await desk.live_a_little()
    assert "--past" in await refused(capsys, "find", "zzz")
    assert "no stream is found" in await refused(capsys, "find", "never-mind")
    [found] = await asked(capsys, "find", "never-mind", "--past")
    assert found["last_type"] == "PostDeleted"


async def test_a_wrong_name_suggests_the_nearest(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        post = f"post-{await desk.live_a_little()}"
    assert "did you mean attic-door?" in await refused(capsys, "find", "attc-dor")
    assert f"did you mean {post}?" in await refused(capsys, "show", "attic-door")
    wrong = post[:-1] + ("0" if post[-1] != "0" else "1")
    assert f"did you mean {post}?" in await refused(capsys, "show", wrong)


async def test_each_event_shows_what_it_changed(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        ana = await desk.register("ana", "ana@example.org")
        post = await desk.draft(ana, "Cellar door", slug="cellar-door")
        await desk.do(ChangeSlug(post=post, slug="attic"), Actor(ana, frozenset({"author"})))
        await desk.do(RevisePost(post=post, title="Attic door"), causation="event-9")
    drafted, renamed, revised = await asked(capsys, "show", f"post-{post}")
    assert drafted["type"] == "PostDrafted"
    assert drafted["changes"]["status"] == {"before": None, "after": "draft"}
    assert renamed["changes"]["slug"] == {"before": "cellar-door", "after": "attic"}
    assert (renamed["actor"], renamed["correlation"], renamed["version"]) == (str(ana), "request-7", 2)
    assert revised["changes"] == {"title": {"before": "Cellar…", "after": "Attic…"}}
    assert (revised["actor"], revised["causation"]) == ("system", "event-9")
    assert [event["version"] for event in await asked(capsys, "show", f"post-{post}", "--limit", "1")] == [3]


async def test_a_comment_is_found_and_shown(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        ana, ben = await desk.register("ana", "ana@example.org"), await desk.register("ben", "ben@example.org")
        post = await desk.draft(ana, "Cellar door")
        await desk.do(PublishPost(post=post))
        comment = await desk.comment(ana, post, "What a door.")
        await desk.do(FlagComment(comment=comment, post=post), Actor(ben))
    assert [each["stream"] for each in await asked(capsys, "find", "comment")] == [f"comment-{comment}"]
    assert [each["stream"] for each in await asked(capsys, "find", str(comment))] == [f"comment-{comment}"]
    written, flagged = await asked(capsys, "show", f"comment-{comment}")
    assert written["changes"]["body"]["after"] == "What a…"
    assert flagged["changes"] == {"flagged_by": {"before": [], "after": [str(ben)]}}


async def test_what_people_wrote_is_shortened(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        ana = await desk.register("ana", "ana@example.org")
        await desk.draft(ana, "t", "b" * 500)
    [registered] = await asked(capsys, "show", f"account-{ana}")
    assert registered["changes"]["address"]["after"] == "ana@exam…"
    assert registered["changes"]["name"]["after"] == "Ada Lo…"
    assert registered["changes"]["handle"]["after"] == "ana"
    [whole] = await asked(capsys, "show", f"account-{ana}", "--whole")
    assert whole["changes"]["address"]["after"] == "ana@example.org"


async def test_what_is_erased_is_shown_as_erased(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        ana = await desk.register("ana", "ana@example.org")
        post = await desk.draft(ana, "Cellar door")
        await desk.do(RevisePost(post=post, title="Attic door"))
        await desk.do(CloseAccount(account=ana, erase_content=True))
    drafted, revised = await asked(capsys, "show", f"post-{post}")
    assert drafted["changes"]["title"]["after"] == "(erased)"
    assert revised["changes"] == {"title": {"before": "(erased)", "after": "(erased)"}}
    registered, closed = await asked(capsys, "show", f"account-{ana}")
    assert registered["changes"]["address"]["after"] == "(erased)"
    assert closed["changes"]["status"] == {"before": "active", "after": "closed"}


async def test_an_event_of_newer_code_is_shown_without_its_changes(
    log: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk_at(log.url("command")) as desk:
        post = await desk.draft(await desk.register("ana", "ana@example.org"), "Cellar door")
        await desk.do(ChangeSlug(post=post, slug="attic"))
        await desk.do(ChangeSlug(post=post, slug="loft"))
    owner = await asyncpg.connect(log.url("owner"))
    await owner.execute("UPDATE events SET type = 'PostPrinted' WHERE stream = $1 AND version = 2", f"post-{post}")
    await owner.close()
    drafted, printed, renamed = await asked(capsys, "show", f"post-{post}")
    assert drafted["changes"]["slug"]["after"] == "cellar-door"
    assert (printed["type"], printed["changes"]) == ("PostPrinted", None)
    assert (renamed["type"], renamed["changes"]) == ("SlugChanged", None)


async def test_people_read_lines(log: Database, capsys: pytest.CaptureFixture[str]) -> None:
    async with desk_at(log.url("command")) as desk:
        ana = await desk.register("ana", "ana@example.org")
    assert await in_process(main, ["streams", "show", f"account-{ana}"]) == 0
    first, *changes = capsys.readouterr().out.splitlines()
    assert first.startswith("1  20")
    assert first.endswith("AccountRegistered  actor system  correlation request-7")
    assert "      roles: - -> [author]" in changes
