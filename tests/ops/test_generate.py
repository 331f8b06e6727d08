import statistics
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.accounts.events import ProfileUpdated
from domain.catalogue import AGGREGATES, EVENTS, UPCASTERS
from domain.command import Actor, Command, Name
from domain.comments.approve_comment import ApproveComment
from domain.comments.delete_comment import DeleteComment
from domain.comments.edit_comment import EditComment
from domain.comments.events import AnyCommentEvent
from domain.comments.flag_comment import FlagComment
from domain.comments.reject_comment import RejectComment
from domain.comments.write_comment import WriteComment
from domain.follows.events import AnyFollowEvent
from domain.follows.follow_account import FollowAccount
from domain.follows.unfollow_account import UnfollowAccount
from domain.likes.events import AnyLikeEvent
from domain.likes.like_post import LikePost
from domain.likes.unlike_post import UnlikePost
from domain.posts import events as e
from domain.posts.post import Post
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import VersionConflict
from kit.database import open_pool
from ops.__main__ import main
from ops.generating.history import History
from ops.generating.step import Step
from ops.generating.writing import write
from ops.progress import Progress
from tests.domain.scenario import Beside, context_of
from tests.servers import Database

EVENT_COUNT = 1_500
ASKED: dict[str, tuple[type[Command], str | None]] = {
    "PostLiked": (LikePost, "account"),
    "PostUnliked": (UnlikePost, "account"),
    "AccountFollowed": (FollowAccount, "follower"),
    "AccountUnfollowed": (UnfollowAccount, "follower"),
    "CommentWritten": (WriteComment, "author"),
    "CommentEdited": (EditComment, "author"),
    "CommentFlagged": (FlagComment, "by"),
    "CommentDeleted": (DeleteComment, None),
    "CommentApproved": (ApproveComment, None),
    "CommentRejected": (RejectComment, None),
}
"""From the event to the command, and the field that says who gives it; None: an editor."""


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
        aggregate = AGGREGATES[recorded.stream.partition("-")[0]]
        states[recorded.stream] = aggregate.evolve(states.get(recorded.stream), recorded.event)
    await pool.close()
    held = [name for state in states.values() for name in state.names]
    for kind in ("slug", "handle", "follow"):
        assert sorted(name.value for name in held if name.kind == kind) == await claimed(log_database, kind)


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


def test_a_seed_whose_handles_are_taken_is_refused(log_database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", "--events", "300", "--log-url", log_database.url("command"), "--seed"]
    assert main([*words, "7"]) == 0
    assert main([*words, "10007"]) == 1
    assert "take another" in capsys.readouterr().err


def test_one_seed_is_one_history() -> None:
    first, second = (list(islice(History(7, authors=9).steps(), 300)) for _ in range(2))
    assert first == second


def test_bodies_are_as_long_as_those_of_a_real_weblog() -> None:
    events = [step.event for step in islice(History(3, authors=50).steps(), 8_000)]
    sizes = [len(event.body or "") for event in events if isinstance(event, e.PostDrafted)]
    assert 5_300 < statistics.median(sizes) < 6_300
    assert 6_200 < statistics.mean(sizes) < 7_400


def test_the_mix_is_that_of_an_active_site() -> None:
    kinds = Counter(type(step.event) for step in islice(History(3, authors=20, readers=80).steps(), 100, 20_100))
    share = {kind: count / 200 for kind, count in kinds.items()}
    assert share[e.PostDrafted] == pytest.approx(3, rel=0.2)
    assert share[e.PostRevised] == pytest.approx(6, rel=0.2)
    assert share[e.PostPublished] == pytest.approx(3, rel=0.2)
    assert sum(share.get(kind, 0) for kind in AnyCommentEvent.__args__) == pytest.approx(30, rel=0.1)
    likes_and_follows = (*AnyLikeEvent.__args__, *AnyFollowEvent.__args__)
    assert sum(share[kind] for kind in likes_and_follows) == pytest.approx(55, rel=0.1)
    assert set(kinds) >= {*AnyCommentEvent.__args__, ProfileUpdated, e.PostUnpublished, e.PostArchived, e.SlugChanged}


def test_what_is_generated_of_posts_could_have_been_asked_for() -> None:
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


def test_what_is_generated_beside_posts_is_what_the_domain_decides() -> None:
    seen: dict[str, Beside] = {}
    for step in islice(History(3, authors=10, readers=15).steps(), 5_000):
        before = seen.get(step.stream, Beside())
        assert before.version == step.expected_version
        if asked := asked_for(step.event):
            command, actor, now = asked
            others = {stream: seen.get(stream, Beside()) for stream in command.others}
            context = context_of(command, actor, now=now, others=others, taken=places_of(step, seen))
            decision = command.decide(before.state, context)
            assert decision.events == (step.event,)
            assert {(name.kind, name.value) for name in decision.claims} == set(step.claims)
            assert {(name.kind, name.value) for name in decision.releases} == set(step.releases)
        state = AGGREGATES[step.stream.partition("-")[0]].evolve(before.state, step.event)
        seen[step.stream] = Beside(state, before.version + 1)


def asked_for(event: Any) -> tuple[Command, Actor, datetime] | None:
    """The command that leads to this event, who gives it and when; None for accounts and posts."""
    kind, by = ASKED.get(type(event).__name__, (None, None))
    if kind is None:
        return None
    fields = {name: value for name, value in event.model_dump().items() if name in kind.model_fields}
    account = getattr(event, by) if by else UUID(int=0xED)
    actor = Actor(account, frozenset() if by else frozenset({"editor"}))
    written = getattr(event, "comment", UUID(int=0)).int >> 80
    return kind.model_validate(fields), actor, datetime.fromtimestamp(written / 1000, UTC)


def places_of(step: Step, seen: dict[str, Beside]) -> frozenset[Name]:
    """Those of the follower that other follows hold."""
    mine = step.stream[: len("follow-") + 36]
    states = [each.state for stream, each in seen.items() if stream.startswith(mine) and stream != step.stream]
    return frozenset(name for state in states for name in state.names) if mine.startswith("follow-") else frozenset()


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
