"""Parked events of a real read model, released by the operator's command."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.posts.events import PostDrafted, SlugChanged
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.projection.release import StillPoisoned
from kit.database import open_pool
from kit.metrics import new_registry
from kit.settings import Settings
from ops.__main__ import main
from ops.release import OtherVersion, release
from projectors.assembly import assembled
from read_models.post_slugs import MODEL
from tests.projection.notebook import Notebook, by_partition
from tests.servers import ROOT, Database

GOOD, BAD = UUID(int=1), UUID(int=2)


def failing(model: ReadModel) -> ReadModel:
    """The model with a fault that new code will put right."""
    [fold] = model.folds

    def fold_or_fail(row: Any, recorded: Any, memo: Any) -> Any:
        if recorded.event.post == BAD:
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


async def park(log: Database, read: Database) -> None:
    """One post flows; the two events of the other are parked."""
    events = await Notebook(log).write_raw([drafted(GOOD, "good"), drafted(BAD, "bad"), renamed(BAD, "better")])
    settings = Settings(log_url=log.url("projector"), read_url=read.url("projector"), bus="log")
    async with (
        assembled(settings, [failing(MODEL)], new_registry()) as parts,
        await open_pool(settings.log_url, size=1, application_name="test") as pool,
    ):
        await parts.projector.load(await LogReader(pool).head())
        await parts.projector.apply(by_partition(events))
    assert await rows(read, "SELECT slug FROM serving.post_slugs") == ["good"]
    assert await rows(read, "SELECT sequence FROM projection.parked ORDER BY 1") == [1, 2]


async def rows(read: Database, question: str) -> list[Any]:
    connection = await asyncpg.connect(read.url("projector"))
    try:
        return [row[0] for row in await connection.fetch(question)]
    finally:
        await connection.close()


async def test_a_parked_key_is_released_by_repaired_code(log_database: Database, read_database: Database) -> None:
    await park(log_database, read_database)
    urls = log_database.url("projector"), read_database.url("projector")
    assert await release(*urls, MODEL, str(BAD)) == 2
    assert await rows(read_database, "SELECT slug FROM serving.post_slugs ORDER BY 1") == ["bad", "better", "good"]
    assert await rows(read_database, "SELECT sequence FROM projection.parked") == []
    assert await release(*urls, MODEL, str(BAD)) == 0


async def test_code_that_still_fails_releases_nothing(log_database: Database, read_database: Database) -> None:
    await park(log_database, read_database)
    urls = log_database.url("projector"), read_database.url("projector")
    with pytest.raises(StillPoisoned):
        await release(*urls, failing(MODEL), str(BAD))
    assert await rows(read_database, "SELECT attempts FROM projection.parked ORDER BY sequence") == [4, 0]


async def test_code_of_another_version_releases_nothing(log_database: Database, read_database: Database) -> None:
    await park(log_database, read_database)
    urls = log_database.url("projector"), read_database.url("projector")
    with pytest.raises(OtherVersion):
        await release(*urls, replace(MODEL, version=MODEL.version + 1), str(BAD))
    assert await rows(read_database, "SELECT sequence FROM projection.parked ORDER BY 1") == [1, 2]


async def test_the_command_takes_databases_from_the_environment(
    log_database: Database, read_database: Database, tmp_path: Path
) -> None:
    await park(log_database, read_database)
    urls = {"LOG_URL": log_database.url("projector"), "READ_URL": read_database.url("projector"), "HOME": str(tmp_path)}
    environment = {**os.environ, **{f"PALIMPSEST_{name}": value for name, value in urls.items()}}
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ops", "release", "post_slugs", str(BAD)),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await ran.communicate()
    assert (ran.returncode, said) == (0, b"2 events released\n")


def test_without_a_running_stack_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    assert main(["release", "post_slugs", str(BAD)]) == 2
    assert "nothing runs" in capsys.readouterr().err


def test_a_read_model_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit) as refused:
        main(["release", "no_such_model", str(BAD)])
    assert refused.value.code == 2
