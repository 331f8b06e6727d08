"""Whom each account follows."""

from uuid import UUID

from domain.follows.events import AccountFollowed, AccountUnfollowed
from read_models.follows import MODEL
from tests.domain.scenario import ANA, BEN
from tests.read_models.history import delivered

EVE = UUID(int=0xF)
FOLLOWED, UNFOLLOWED = (
    AccountFollowed(follower=ANA, followee=BEN, place=1),
    AccountUnfollowed(follower=ANA, followee=BEN),
)
BY_EVE = AccountFollowed(follower=EVE, followee=BEN, place=1)


def test_a_follow_is_kept_until_it_ends() -> None:
    assert list(delivered(MODEL, FOLLOWED, BY_EVE).rows["follows"]) == [(ANA, BEN), (EVE, BEN)]
    assert list(delivered(MODEL, FOLLOWED, BY_EVE, UNFOLLOWED).rows["follows"]) == [(EVE, BEN)]


def test_both_sides_are_counted_in_the_partitions_of_the_followers() -> None:
    found = delivered(MODEL, FOLLOWED, BY_EVE)
    followers = [(key[0], amount) for key, amount in found.counters["follower_counts"].items()]
    assert followers == [(BEN, 1), (BEN, 1)]
    followed = {key[0]: amount for key, amount in found.counters["followed_counts"].items()}
    assert followed == {ANA: 1, EVE: 1}
    assert not delivered(MODEL, FOLLOWED, UNFOLLOWED).counters["follower_counts"]
