"""Names follow from events alone: what a state says it holds is what its commands claimed and did not release."""

from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.accounts.account import Account
from domain.catalogue import AGGREGATES, COMMANDS
from domain.command import Command, Decision, Name
from domain.posts.post import Post
from domain.refusal import Refusal
from tests.domain import commands
from tests.domain.scenario import ADMIN, ANA_WRITES, BEN_WRITES, EDITOR, STORED, SYSTEM, context_of, fold

ACTORS = st.sampled_from([ANA_WRITES, BEN_WRITES, EDITOR, ADMIN, SYSTEM])


@pytest.mark.parametrize("aggregate", AGGREGATES.values(), ids=AGGREGATES)
@for_any(data=st.data())
@settings(deadline=None)
def test_a_state_holds_what_was_claimed_and_not_released(aggregate: Any, data: st.DataObject) -> None:
    state, held = None, set[Name]()
    for command, actor in data.draw(st.lists(st.tuples(commands.on(aggregate), ACTORS), max_size=30)):
        decision = decided(command, state, actor)
        held = (held - set(decision.releases)) | set(decision.claims)
        state = fold(aggregate, decision.events, state)
        assert set(state.names if state else ()) == held


def decided(command: Command, state: Any, actor: Any) -> Decision:
    try:
        made: dict[str, Any] = {"password_hash": "hash", "one_time_token": "token", "stored_bytes": STORED}
        made |= {"signing_secret": "whsec_c2VjcmV0", "allows_http": True}
        return command.decide(state, context_of(command, actor, **made))
    except Refusal:
        return Decision()


def test_a_streams_id_begins_with_the_kind_of_its_aggregate() -> None:
    assert dict(AGGREGATES).items() >= {"account": Account, "post": Post}.items()
    assert {command.aggregate for command in COMMANDS.values()} == set(AGGREGATES.values())
