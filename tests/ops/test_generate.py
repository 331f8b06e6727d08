import statistics
from collections import Counter
from itertools import islice
from typing import Any

import asyncpg
import pytest

from domain.accounts.account import Account
from domain.accounts.events import AuthorCredited, ProfileUpdated
from domain.catalogue import EVENTS, UPCASTERS
from domain.posts import events as e
from domain.posts.post import Post
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import VersionConflict
from kit.database import open_pool
from ops.__main__ import main
from ops.generating.history import History
from ops.generating.writing import write
from ops.progress import Progress
from tests.servers import Database

EVENT_COUNT = 1_500


async def generate(database: Database, seed: int = 1) -> None:
    history = History(seed, authors=20)
    progress = Progress("events")
    await write(database.url("command"), history, seed=seed, events=EVENT_COUNT, progress=progress)


async def test_generated_events_fold_and_personal_text_is_encrypted(log_database: Database) -> None:
    await generate(log_database)
    pool = await open_pool(log_database.url("command"), size=2, application_name="test")
    stored = await LogReader(pool).all(0, limit=EVENT_COUNT + 1)
    while len(stored) < EVENT_COUNT:
        stored += await LogReader(pool).all(stored[-1].position, limit=EVENT_COUNT)
    assert [event.position for event in stored] == list(range(1, EVENT_COUNT + 1))
    assert all(" the " not in event.data for event in stored)
    states: dict[str, Any] = {}
    for recorded in await Codec(EVENTS, UPCASTERS).decode_many(stored, KeyRing(pool)):
        aggregate = Account if recorded.stream.startswith("account-") else Post
        states[recorded.stream] = aggregate.evolve(states.get(recorded.stream), recorded.event)
    await pool.close()
    slugs = [slug for state in states.values() if isinstance(state, Post) for slug in state.slugs]
    assert sorted(slugs) == await claimed(log_database, "slug")


async def claimed(database: Database, kind: str) -> list[str]:
    connection = await asyncpg.connect(database.url("command"))
    rows = await connection.fetch("SELECT value FROM claims WHERE kind = $1", kind)
    await connection.close()
    return sorted(row["value"] for row in rows)


async def test_a_seed_goes_into_a_log_once(log_database: Database) -> None:
    await generate(log_database)
    await generate(log_database, seed=2)
    with pytest.raises(VersionConflict):
        await generate(log_database)


def test_one_seed_is_one_history() -> None:
    first, second = (list(islice(History(7, authors=9).steps(), 300)) for _ in range(2))
    assert first == second


def test_bodies_are_as_long_as_those_of_a_real_weblog() -> None:
    events = [step.event for step in islice(History(3, authors=50).steps(), 8_000)]
    sizes = [len(event.body or "") for event in events if isinstance(event, e.PostDrafted)]
    assert 5_300 < statistics.median(sizes) < 6_300
    assert 6_200 < statistics.mean(sizes) < 7_400


def test_the_mix_is_that_of_an_active_site() -> None:
    kinds = Counter(type(step.event) for step in islice(History(3, authors=10).steps(), 6_000))
    assert kinds[e.PostRevised] / kinds[e.PostDrafted] == pytest.approx(2, rel=0.2)
    assert kinds[e.PostPublished] / kinds[e.PostDrafted] == pytest.approx(1, rel=0.2)
    assert set(kinds) == {*e.AnyPostEvent.__args__, AuthorCredited, ProfileUpdated}


def test_what_is_generated_could_have_been_asked_for() -> None:
    before: dict[str, tuple[str | None, ...]] = {
        "PostPublished": ("draft",),
        "PostUnpublished": ("published",),
        "PostArchived": ("draft", "published"),
        "PostRestored": ("archived",),
        "PostDeleted": ("draft", "archived"),
        "PostDrafted": (None,),
    }
    states: dict[str, Post] = {}
    for step in islice(History(3, authors=10).steps(), 6_000):
        if isinstance(step.event, e.PostEvent):
            state = states.get(step.stream)
            allowed = before.get(type(step.event).__name__, ("draft", "published"))
            assert (state.status if state else None) in allowed
            event = type(step.event).model_validate(step.event.model_dump())
            states[step.stream] = Post.evolve(state, event)  # type: ignore[arg-type] # one of the union


def test_without_a_log_nothing_is_generated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIMPSEST_HOME", str(tmp_path))
    monkeypatch.delenv("PALIMPSEST_LOG_URL", raising=False)
    assert main(["generate"]) == 2
    assert "palimpsest up" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["generate", "--events", "0"])
    assert ended.value.code == 2
