"""What is served is verified, repaired and rehearsed by an operator's commands."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.accounts.close_account import CloseAccount
from domain.posts.publish_post import PublishPost
from engine.log.reader import LogReader
from kit.database import open_pool
from kit.metrics import new_registry
from kit.settings import Settings
from ops.__main__ import main
from projectors.assembly import assembled
from read_models.registry import MODELS
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.projection.notebook import by_partition
from tests.servers import Database

_SECRET = "a private thought"


class Served:
    """A log with people and posts in it, projected."""

    def __init__(self, log: Database, read: Database) -> None:
        self.log, self.read = log, read
        self.post = UUID(int=0)

    async def begin(self) -> None:
        async with desk_at(self.log.url("command")) as desk:
            self.post = await desk.live_a_little()
            cleo = await desk.register("cleo", "cleo@example.org")
            await desk.do(PublishPost(post=await desk.draft(cleo, "A *bold* word", _SECRET)))
            await self.project()
            await desk.do(CloseAccount(account=cleo, erase_content=True))

    async def project(self) -> None:
        """All of the log as it is now."""
        settings = Settings(log_url=self.log.url("projector"), read_url=self.read.url("projector"), bus="log")
        async with (
            assembled(settings, MODELS, new_registry()) as parts,
            await open_pool(settings.log_url, size=1, application_name="test") as pool,
        ):
            reader = LogReader(pool)
            await parts.projector.load(await reader.head())
            await parts.projector.apply(by_partition(await reader.all(0)))

    async def change(self, statement: str, *arguments: Any) -> None:
        connection = await asyncpg.connect(self.read.url("projector"))
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    async def actions(self) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.log.url("operator"))
        try:
            found = await connection.fetch("SELECT action, target, why, result FROM operator_actions ORDER BY id")
        finally:
            await connection.close()
        return [tuple(row) for row in found]


@pytest.fixture
async def served(log_database: Database, read_database: Database, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    monkeypatch.setenv("PALIMPSEST_READ_URL", read_database.url("projector"))
    found = Served(log_database, read_database)
    await found.begin()
    return found


async def _command(*words: str) -> int:
    return await in_process(main, list(words))


async def test_what_projectors_wrote_is_as_the_log_says(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _command("verify", "--every-key", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["model"] for each in found] == sorted(model.name for model in MODELS)
    assert all(each["is_same"] and each["keys"] for each in found)
    await served.project()
    assert await _command("verify") == 0


async def test_text_that_was_erased_since_is_no_difference(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """Its key is destroyed at once; the rows that still have it go when the events of the closing arrive."""
    assert await _command("verify", "post_pages", "--every-key", "--json") == 0
    [pages] = json.loads(capsys.readouterr().out)
    assert pages["erased"] > 0
    await served.change("UPDATE post_pages_g1.post_pages SET status = 'draft' WHERE body = $1", _SECRET)
    assert await _command("verify", "post_pages", "--every-key") == 1


async def test_a_difference_is_told_without_values(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    await served.change("UPDATE post_pages_g1.post_pages SET title = 'secret' WHERE post = $1", served.post)
    assert await _command("verify", "post_pages", "--json") == 1
    told = capsys.readouterr().out
    [pages] = json.loads(told)
    [difference] = pages["differences"]
    assert (difference["table"], difference["different"]) == ("post_pages", 1)
    assert (difference["columns"], difference["keys"]) == (["title"], [str(served.post)])
    assert "secret" not in told
    assert await _command("verify", "post_pages", "--diff") == 1
    told = capsys.readouterr().out
    assert "- 'secret'" in told
    assert "+ 'Attic door'" in told


async def test_a_repair_is_recorded_and_mends(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    await served.change("DELETE FROM tags_g1.tags")
    await served.change("UPDATE tags_g1.tags_of_posts SET tags = '{}' WHERE post = $1", served.post)
    assert await _command("verify", "tags", "--every-key") == 1
    assert await _command("repair", "tags", str(served.post), "--why", "a typo by hand") == 0
    assert "1 different (tags)" in capsys.readouterr().out
    assert await _command("verify", "tags", "--every-key") == 0
    assert await _command("repair", "tags", "nobody") == 2
    assert "no event has the key nobody" in capsys.readouterr().err
    assert await served.actions() == [("repair", f"tags {served.post}", "a typo by hand", "done")]


async def test_a_dry_run_tells_what_a_replay_would_change(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    await served.change("UPDATE post_pages_g1.post_pages SET title = 'secret' WHERE post = $1", served.post)
    assert await _command("replay", "post_pages", "--dry-run", "--stream", f"post-{served.post}", "--json") == 0
    [change] = json.loads(capsys.readouterr().out)
    assert (change["changed"], change["columns"]) == (1, ["title"])
    assert await _command("replay", "post_pages", "--dry-run", "--type", "SlugChanged") == 0
    assert "1 keys folded" in capsys.readouterr().out


async def test_nothing_is_compared_that_is_not_there(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _command("verify", "tags", "--against", "7") == 2
    assert "tags has no generation 7; there are: 1" in capsys.readouterr().err
    assert await _command("verify", "--against", "7") == 2
    await served.change("UPDATE projection.generations SET version = 99 WHERE model = 'tags'")
    assert await _command("verify", "tags") == 2
    assert "`palimpsest replay tags` builds it anew" in capsys.readouterr().err
    assert await _command("repair", "tags", str(served.post)) == 2


async def test_a_replay_of_some_keys_is_refused(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _command("replay", "post_pages", "--stream", f"post-{served.post}", "--yes") == 2
    assert "only --dry-run takes filters" in capsys.readouterr().err
