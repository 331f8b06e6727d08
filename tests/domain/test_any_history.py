"""Whatever is asked for in whatever order: states follow from stored events alone."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain import catalogue
from domain.command import Command
from domain.event import Event
from domain.refusal import Refusal
from ops.event_samples import sample_of
from tests.domain import commands
from tests.domain.histories import beside
from tests.domain.scenario import ADMIN, ANA_WRITES, ANONYMOUS, BEN_WRITES, EDITOR, STORED, SYSTEM, context_of, fold

ACTORS = st.sampled_from([ANONYMOUS, ANA_WRITES, BEN_WRITES, EDITOR, ADMIN, SYSTEM])
AGGREGATES = pytest.mark.parametrize("aggregate", catalogue.AGGREGATES.values(), ids=catalogue.AGGREGATES)


def accepted(aggregate: Any, command: Command, actor: Any, history: list[Event]) -> tuple[Event, ...]:
    made: dict[str, Any] = {"password_hash": "hash", "one_time_token": "token", "stored_bytes": STORED}
    made |= {"signing_secret": "whsec_c2VjcmV0", "allows_http": True}
    context = context_of(command, actor, others=beside(command), **made)
    try:
        return command.decide(fold(aggregate, history), context).events
    except Refusal:
        return ()


@AGGREGATES
@for_any(data=st.data())
@settings(deadline=None)
def test_a_history_folds_to_one_state_however_it_is_batched_and_stored(aggregate: Any, data: st.DataObject) -> None:
    history: list[Event] = []
    for command, actor in data.draw(st.lists(st.tuples(commands.on(aggregate), ACTORS), max_size=30)):
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
def test_every_event_means_something_in_every_state(aggregate: Any, data: st.DataObject) -> None:
    history: list[Event] = []
    for command in data.draw(st.lists(commands.on(aggregate), max_size=10)):
        history += accepted(aggregate, command, SYSTEM, history)
    state = fold(aggregate, history)
    for kind in events_of(aggregate):
        event = kind.model_validate(sample_of(kind))
        if state is not None or kind.__name__ in commands.BEGINNINGS:
            assert isinstance(aggregate.evolve(state, event), aggregate)
        else:
            with pytest.raises(ValueError, match="cannot begin"):
                aggregate.evolve(state, event)


def events_of(aggregate: Any) -> list[type[Event]]:
    """Those of the same folder."""
    events = f"{aggregate.__module__.rpartition('.')[0]}.events"
    return [kind for kind in catalogue.EVENTS if kind.__module__ == events]
