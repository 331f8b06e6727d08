"""Parked events of a real read model: listed, shown, released and skipped by the operator's command."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.posts.events import PostDrafted, SlugChanged
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from kit.database import open_pool
from kit.metrics import new_registry
from kit.settings import Settings
from ops import model_names
from ops.__main__ import main
from ops.unparking import folding
from projectors.assembly import assembled
from read_models import registry
from read_models.post_slugs import MODEL
from tests.ops.command_line import in_process
from tests.projection.notebook import Notebook, by_partition
from tests.servers import Database

GOOD, BAD, WORSE = UUID(int=1), UUID(int=2), UUID(int=3)


def failing(model: ReadModel, *posts: UUID) -> ReadModel:
    """The model with a fault that new code will put right."""
    [fold] = model.folds

    def fold_or_fail(row: Any, recorded: Any, memo: Any) -> Any:
        if recorded.event.post in posts:
            raise ValueError(recorded.event.slug)
        return fold.fold(row, recorded, memo)

    return replace(model, folds=(replace(fold, fold=fold_or_fail),))


def drafted(post: UUID, slug: str) -> tuple[str, str, int, str]:
    event = PostDrafted(
        post=post,
        owner=UUID(int=9),
        authors=(UUID(int=9),),
        title=None,
        body=None,
        format="markdown",
        excerpt=None,
        language="en",
        tags=(),
        slug=slug,
        comments_allowed=True,
    )
    return str(post), "PostDrafted", PostDrafted.schema_version, event.model_dump_json()


def renamed(post: UUID, slug: str) -> tuple[str, str, int, str]:
    return str(post), "SlugChanged", SlugChanged.schema_version, SlugChanged(post=post, slug=slug).model_dump_json()


async def park(log: Database, read: Database) -> list[UUID]:
    """One post flows; of two others two events and one are parked: these are given."""
    facts = [drafted(GOOD, "good"), drafted(BAD, "bad"), renamed(BAD, "better"), drafted(WORSE, "worse")]
    events = await Notebook(log).write_raw(facts)
    settings = Settings(log_url=log.url("projector"), read_url=read.url("projector"), bus="log")
    async with (
        assembled(settings, [failing(MODEL, BAD, WORSE)], new_registry()) as parts,
        await open_pool(settings.log_url, size=1, application_name="test") as pool,
    ):
        await parts.projector.load(await LogReader(pool).head())
        await parts.projector.apply(by_partition(events))
    assert await rows(read, "SELECT slug FROM serving.post_slugs") == ["good"]
    assert await parked(read) == 3
    return [event.id for event in events[1:]]


async def parked(read: Database) -> int:
    [count] = await rows(read, "SELECT count(*) FROM projection.parked")
    return int(count)


async def slugs(read: Database) -> list[str]:
    return await rows(read, "SELECT slug FROM serving.post_slugs ORDER BY 1")


async def actions(log: Database) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(log.url("operator"))
    try:
        found = await connection.fetch("SELECT action, target, why, result FROM operator_actions ORDER BY id")
    finally:
        await connection.close()
    return [tuple(row) for row in found]


async def rows(read: Database, question: str) -> list[Any]:
    connection = await asyncpg.connect(read.url("projector"))
    try:
        return [row[0] for row in await connection.fetch(question)]
    finally:
        await connection.close()


@pytest.fixture(autouse=True)
def databases(log_database: Database, read_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    monkeypatch.setenv("PALIMPSEST_READ_URL", read_database.url("projector"))


@pytest.fixture
def code_with_fault(monkeypatch: pytest.MonkeyPatch) -> Callable[[UUID], None]:
    """What is deployed still fails for one post."""

    def deploy(post: UUID) -> None:
        models = [failing(MODEL, post) if model is MODEL else model for model in registry.MODELS]
        for module in (folding, model_names):
            monkeypatch.setattr(module, "MODELS", models)

    return deploy


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The last line: what the projector said of its faults is before it."""
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


async def command(*words: str) -> int:
    return await in_process(main, ["parked", *words])


async def test_parked_keys_are_listed_with_what_waits_behind_them(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    events = await park(log_database, read_database)
    assert await command("--json") == 0
    first, second = sorted(listed(capsys), key=lambda each: str(each["key"]))
    age = first.pop("age_s")
    assert 0 <= age < 60
    assert first == {
        "model": "post_slugs",
        "generation": 1,
        "state": "serving",
        "key": str(BAD),
        "event": str(events[0]),
        "type": "PostDrafted",
        "error": "builtins.ValueError",
        "attempts": 3,
        "waiting": 1,
    }
    assert (second["key"], second["waiting"]) == (str(WORSE), 0)
    assert await command("--limit", "1", "--model", "post_slugs") == 0
    assert "1 more keys" in capsys.readouterr().err
    assert await command("--model", "tags", "--json") == 0
    assert listed(capsys) == []


async def test_a_parked_key_is_shown_with_the_place_of_the_fault_and_no_word_of_its_author(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    events = await park(log_database, read_database)
    assert await command("show", "post_slugs", str(BAD)) == 0
    said = capsys.readouterr().out
    assert "post_slugs generation 1 (serving) has 2 events" in said
    assert "test_parked.py" in said
    assert "better" not in said
    assert await command("show", "post_slugs", str(BAD), "--json") == 0
    [queue] = listed(capsys)
    assert [each["event"] for each in queue["events"]] == list(map(str, events[:2]))
    assert "fold_or_fail" in queue["events"][0]["traceback"][-1]
    assert queue["events"][1]["error"] is None
    assert await command("show", "post_slugs", str(GOOD)) == 2


async def test_after_a_repair_one_command_releases_everything(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await park(log_database, read_database)
    assert await command("release", "--all", "--why", "the fold is put right") == 0
    assert capsys.readouterr().out.endswith("3 events of 2 keys folded\n")
    assert await slugs(read_database) == ["bad", "better", "good", "worse"]
    assert await parked(read_database) == 0
    assert await actions(log_database) == [("release", "all", "the fold is put right", "done")]
    assert await command("release", "--all") == 0


async def test_a_key_that_still_fails_holds_up_no_other(
    log_database: Database,
    read_database: Database,
    code_with_fault: Callable[[UUID], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await park(log_database, read_database)
    code_with_fault(BAD)
    assert await command("release", "post_slugs") == 1
    told = capsys.readouterr()
    assert str(BAD) in told.err
    assert "ValueError" in told.err
    assert "1 keys stay parked" in told.out
    assert await slugs(read_database) == ["good", "worse"]
    assert await rows(read_database, "SELECT attempts FROM projection.parked ORDER BY sequence") == [4, 0]
    assert [each[3] for each in await actions(log_database)] == ["refused: keys stay parked"]


async def test_one_key_is_released(log_database: Database, read_database: Database) -> None:
    await park(log_database, read_database)
    assert await command("release", "post_slugs", str(BAD)) == 0
    assert await slugs(read_database) == ["bad", "better", "good"]


async def test_a_retry_folds_the_first_event_alone(log_database: Database, read_database: Database) -> None:
    await park(log_database, read_database)
    assert await command("retry", "post_slugs", str(BAD)) == 0
    assert await slugs(read_database) == ["bad", "good"]
    assert await parked(read_database) == 2


async def test_code_of_another_version_releases_nothing(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await park(log_database, read_database)
    await rows(read_database, "UPDATE projection.generations SET version = version + 1 RETURNING number")
    assert await command("release", "--all") == 1
    assert "palimpsest replay post_slugs" in capsys.readouterr().err
    assert await parked(read_database) == 3


async def test_a_skipped_event_is_given_up_and_recorded(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [first, *_] = await park(log_database, read_database)
    skipping = ("skip", "post_slugs", str(BAD), "--event", str(first), "--why", "a mistake of an importer")
    assert await command(*skipping, "--yes") == 0
    assert f"palimpsest parked release post_slugs {BAD}" in capsys.readouterr().out
    assert await actions(log_database) == [("skip", f"post_slugs {BAD}", "a mistake of an importer", "done")]
    assert await command("release", "post_slugs", str(BAD)) == 0
    assert await slugs(read_database) == ["good"]
    assert await parked(read_database) == 1


async def test_nothing_is_skipped_without_a_yes(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [first, *_] = await park(log_database, read_database)
    assert await command("skip", "post_slugs", str(BAD), "--event", str(first), "--why", "a mistake") == 2
    assert "say --yes" in capsys.readouterr().err
    assert await parked(read_database) == 3
    assert await actions(log_database) == []


async def test_only_what_is_parked_first_can_be_skipped(
    log_database: Database, read_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    [first, second, _] = await park(log_database, read_database)
    assert await command("skip", "post_slugs", str(BAD), "--event", str(second), "--why", "so", "--yes") == 2
    assert str(first) in capsys.readouterr().err
    assert await parked(read_database) == 3
    assert await actions(log_database) == []


async def test_release_wants_to_be_told_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("release") == 2
    assert "--all" in capsys.readouterr().err


def test_without_a_running_stack_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    monkeypatch.delenv("PALIMPSEST_READ_URL")
    assert main(["parked", "release", "post_slugs", str(BAD)]) == 2
    assert "nothing runs" in capsys.readouterr().err
