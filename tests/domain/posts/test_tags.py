import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.posts.draft_post import DraftPost
from domain.posts.events import PostRetagged
from domain.posts.refusals import NotTheAuthor
from domain.posts.retag_post import RetagPost
from domain.posts.tags import normal_form
from tests.domain.histories import DRAFTED
from tests.domain.scenario import ANA_WRITES, BEN_WRITES, POST, SYSTEM, given


@pytest.mark.parametrize(
    ("tag", "form"),
    [
        ("Open  Data", "open-data"),
        ("open-data", "open-data"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁn", "fin"),
    ],
)
def test_tags_are_compared_by_a_normal_form(tag: str, form: str) -> None:
    assert normal_form(tag) == form


@for_any(st.text(max_size=50))
def test_a_normal_form_is_its_own(tag: str) -> None:
    assert normal_form(normal_form(tag)) == normal_form(tag)


def test_tags_of_one_form_collapse_to_the_first() -> None:
    assert DraftPost(post=POST, title="x", tags=["Open Data", "b", "open-data"]).tags == ("Open Data", "b")


def test_retagging_is_no_revision() -> None:
    assert given(DRAFTED).when(RetagPost(post=POST, tags=["x"]), SYSTEM).events == (
        PostRetagged(post=POST, tags=("x",)),
    )
    assert given(DRAFTED).when(RetagPost(post=POST, tags=["News"]), ANA_WRITES).events == ()
    given(DRAFTED).refuses(RetagPost(post=POST, tags=[]), BEN_WRITES, NotTheAuthor)
