"""Follows: of others, of accounts that are there, and of so many."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.accounts.account import Account
from domain.accounts.events import AccountClosed, AccountSuspended, AuthorCredited
from domain.accounts.refusals import AccountIsClosed, AccountIsSuspended, NoSuchAccount
from domain.command import Guard, Name
from domain.event import Event
from domain.follows import places
from domain.follows.events import AccountFollowed, AccountUnfollowed
from domain.follows.follow import Follow
from domain.follows.follow_account import FollowAccount
from domain.follows.refusals import OwnAccount, TooManyFollows
from domain.follows.unfollow_account import UnfollowAccount
from domain.rights import NotYourAccount, SignInRequired
from tests.domain.scenario import ADMIN, ANA, ANA_WRITES, ANONYMOUS, BEN, BEN_WRITES, SYSTEM, Beside, Given, fold, given

FOLLOW, UNFOLLOW = FollowAccount(follower=ANA, followee=BEN), UnfollowAccount(follower=ANA, followee=BEN)
FOLLOWED = AccountFollowed(follower=ANA, followee=BEN, place=BEN.int % places.MOST + 1)
UNFOLLOWED = AccountUnfollowed(follower=ANA, followee=BEN)
BEN_IS_THERE = AuthorCredited(account=BEN, handle="ben", name="Ben")


def beside(*history: Event, followee: UUID = BEN) -> dict[str, Any]:
    return {f"account-{followee}": Beside(fold(Account, history), len(history))}


def after(*history: Event) -> Given:
    return given(*history).knowing(others=beside(BEN_IS_THERE))


def test_who_is_there_is_followed() -> None:
    decision = after().when(FOLLOW, ANA_WRITES)
    assert decision.events == (FOLLOWED,)
    assert decision.claims == (places.place_name(ANA, FOLLOWED.place),)
    assert decision.guards == (Guard(f"account-{BEN}", 1),)


def test_who_is_not_there_or_not_active_is_not_followed() -> None:
    given().refuses(FOLLOW, ANA_WRITES, NoSuchAccount)
    closed, suspended = AccountClosed(account=BEN, erase_content=False), AccountSuspended(account=BEN, reason="")
    given().knowing(others=beside(BEN_IS_THERE, closed)).refuses(FOLLOW, ANA_WRITES, AccountIsClosed)
    given().knowing(others=beside(BEN_IS_THERE, suspended)).refuses(FOLLOW, ANA_WRITES, AccountIsSuspended)


def test_nobody_follows_themselves() -> None:
    given().refuses(FollowAccount(follower=ANA, followee=ANA), ANA_WRITES, OwnAccount, "/followee")


def test_everybody_follows_for_themselves() -> None:
    for command in (FOLLOW, UNFOLLOW):
        for other in (BEN_WRITES, ADMIN):
            after(FOLLOWED).refuses(command, other, NotYourAccount)
        after(FOLLOWED).refuses(command, ANONYMOUS, SignInRequired)
    assert after(FOLLOWED).when(UNFOLLOW, SYSTEM).events == (UNFOLLOWED,)


def test_following_twice_is_one_event() -> None:
    assert given(FOLLOWED).when(FOLLOW, ANA_WRITES).events == ()
    assert after(FOLLOWED, UNFOLLOWED).when(FOLLOW, ANA_WRITES).events == (FOLLOWED,)


def test_unfollowing_frees_the_place_once() -> None:
    decision = given(FOLLOWED).when(UNFOLLOW, ANA_WRITES)
    assert decision.events == (UNFOLLOWED,)
    assert decision.releases == (places.place_name(ANA, FOLLOWED.place),)
    assert given(FOLLOWED, UNFOLLOWED).when(UNFOLLOW, ANA_WRITES).events == ()
    assert given().when(UNFOLLOW, ANA_WRITES).events == ()


def test_a_taken_place_is_passed_over_until_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST", 3)
    taken = frozenset[Name]()
    for _ in range(3):
        decision = after().knowing(taken=taken).when(FOLLOW, ANA_WRITES)
        assert not taken & set(decision.claims)
        taken |= set(decision.claims)
    assert len(taken) == 3
    after().knowing(taken=taken).refuses(FOLLOW, ANA_WRITES, TooManyFollows)


def test_places_of_others_are_no_matter() -> None:
    taken = frozenset({places.place_name(BEN, FOLLOWED.place)})
    assert after().knowing(taken=taken).when(FOLLOW, ANA_WRITES).events == (FOLLOWED,)


@for_any(asked=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20))
def test_the_last_wish_holds_and_what_is_claimed_follows_from_what_is_stored(asked: list[tuple[bool, bool]]) -> None:
    history: tuple[Event, ...] = ()
    held, other = frozenset[Name](), frozenset({places.place_name(ANA, FOLLOWED.place)})
    for is_wanted, is_taken in asked:
        at = after(*history).knowing(taken=other if is_taken else frozenset())
        decision = at.when(FOLLOW if is_wanted else UNFOLLOW, ANA_WRITES)
        stored = [(type(event), json.loads(event.model_dump_json())) for event in decision.events]
        history += tuple(kind.model_validate(fields) for kind, fields in stored)
        held = (held - set(decision.releases)) | set(decision.claims)
        state = fold(Follow, history)
        assert (state is not None and state.place is not None) is is_wanted
        assert set(state.names if state else ()) == held
