"""Whatever is asked for in whatever order: states follow from stored events alone."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain import catalogue
from domain.accounts.account import Account
from domain.accounts.events import AccountEvent
from domain.command import Command, Context
from domain.event import Event
from domain.posts.post import Post
from domain.refusal import Refusal
from ops.event_samples import sample_of
from tests.domain import commands
from tests.domain.scenario import ADMIN, ANA_WRITES, ANONYMOUS, BEN_WRITES, EDITOR, NOW, SYSTEM, fold

ACTORS = st.sampled_from([ANONYMOUS, ANA_WRITES, BEN_WRITES, EDITOR, ADMIN, SYSTEM])
AGGREGATES = pytest.mark.parametrize(
    ("aggregate", "asked"), [(Account, commands.OF_ACCOUNTS), (Post, commands.OF_POSTS)], ids=["account", "post"]
)


def accepted(aggregate: Any, command: Command, actor: Any, history: list[Event]) -> tuple[Event, ...]:
    context = Context(actor=actor, now=NOW, password_hash="hash", one_time_token="token")
    try:
        return command.decide(fold(aggregate, history), context).events
    except Refusal:
        return ()


@AGGREGATES
@for_any(data=st.data())
@settings(deadline=None)
def test_a_history_folds_to_one_state_however_it_is_batched_and_stored(
    aggregate: Any, asked: st.SearchStrategy[Command], data: st.DataObject
) -> None:
    history: list[Event] = []
    for command, actor in data.draw(st.lists(st.tuples(asked, ACTORS), max_size=30)):
        history += accepted(aggregate, command, actor, history)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(history)), max_size=5)) | {0, len(history)})
    state = None
    for start, end in pairwise(cuts):
        stored = [(type(event), event.model_dump_json()) for event in history[start:end]]
        state = fold(aggregate, (kind.model_validate_json(text) for kind, text in stored), state)
    assert state == fold(aggregate, history)


@AGGREGATES
@for_any(data=st.data())
@settings(deadline=None)
def test_every_event_means_something_in_every_state(
    aggregate: Any, asked: st.SearchStrategy[Command], data: st.DataObject
) -> None:
    history: list[Event] = []
    for command in data.draw(st.lists(asked, max_size=10)):
        history += accepted(aggregate, command, SYSTEM, history)
    is_of = (lambda kind: issubclass(kind, AccountEvent)) if aggregate is Account else _is_of_posts
    state = fold(aggregate, history)
    for kind in filter(is_of, catalogue.EVENTS):
        event = kind.model_validate(sample_of(kind))
        if state is not None or kind.__name__ in commands.BEGINNINGS:
            assert isinstance(aggregate.evolve(state, event), aggregate)
        else:
            with pytest.raises(ValueError, match="cannot begin"):
                aggregate.evolve(state, event)


def _is_of_posts(kind: type[Event]) -> bool:
    return not issubclass(kind, AccountEvent)
