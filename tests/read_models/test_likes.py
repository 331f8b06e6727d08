"""Who likes what."""

from domain.likes.events import PostLiked, PostUnliked
from read_models.likes import MODEL
from tests.domain.scenario import ANA, BEN, POST
from tests.read_models.history import START, delivered

LIKED, UNLIKED = PostLiked(post=POST, account=ANA), PostUnliked(post=POST, account=ANA)
BY_BEN = PostLiked(post=POST, account=BEN)


def test_a_like_is_kept_until_it_is_taken_back() -> None:
    assert list(delivered(MODEL, LIKED, BY_BEN).rows["likes"]) == [(POST, ANA), (POST, BEN)]
    found = delivered(MODEL, LIKED, BY_BEN, UNLIKED)
    assert list(found.rows["likes"]) == [(POST, BEN)]
    assert {(account, post) for account, _, post in found.derived["likes_by_account"]} == {(BEN, POST)}


def test_a_like_again_is_a_newer_one() -> None:
    [again] = delivered(MODEL, LIKED, UNLIKED, LIKED).derived["likes_by_account"]
    [once] = delivered(MODEL, LIKED).derived["likes_by_account"]
    assert START < once[1] < again[1]
