import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.command import Name
from domain.posts.change_slug import ChangeSlug
from domain.posts.events import SlugChanged
from domain.posts.refusals import NotTheAuthor, SlugTaken
from domain.posts.slugs import DERIVED_MAX, MAX, Slug, derive, is_id_like
from tests.domain.histories import DRAFTED
from tests.domain.scenario import ANA_WRITES, BEN_WRITES, POST, given, slugs


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Hello, World!", "hello-world"),
        ("Don't panic", "dont-panic"),
        ("Straße, Ærø, Łódź, Đakovo & Þór", "strasse-aero-lodz-dakovo-thor"),
        ("İstanbul", "istanbul"),
        ("東京の夜", "東京の夜"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Привет, мир", "привет-мир"),
        ("C++ — 10% off", "c-10-off"),
        ("2026", "post-2026"),
        ("!?", "post"),
        ("00000000-0000-0000-0000-00000000000a", "post-00000000-0000-0000-0000-00000000000a"),
    ],
)
def test_a_slug_says_the_title(title: str, slug: str) -> None:
    assert derive(title) == slug


def test_a_long_title_is_cut_at_a_word() -> None:
    assert derive("word " * 40) == "-".join(["word"] * 16)
    assert derive("x" * 200) == "x" * DERIVED_MAX


@for_any(st.text(st.characters(max_codepoint=127), max_size=80))
def test_a_plain_title_gives_the_words_that_any_title_would(title: str) -> None:
    assert derive(title) == derive(f"{title}\N{EN SPACE}")


@for_any(st.text(max_size=200))
def test_a_derived_slug_may_be_asked_for_and_is_no_id(title: str) -> None:
    slug = derive(title)
    assert TypeAdapter(Slug).validate_python(slug) == slug
    assert not is_id_like(slug)
    assert len(slug) <= DERIVED_MAX + len("post-")


def test_a_slug_is_as_long_as_it_is_kept() -> None:
    ask = TypeAdapter(Slug).validate_python
    assert len(ask("a" * MAX)) == len(ask("\ufb01" * (MAX // 2))) == MAX
    with pytest.raises(ValidationError):
        ask("\ufb01" * (MAX // 2 + 1))


def test_a_changed_slug_is_claimed() -> None:
    decision = given(DRAFTED).when(ChangeSlug(post=POST, slug="Another"), ANA_WRITES)
    assert decision.events == (SlugChanged(post=POST, slug="another"),)
    assert decision.claims == (Name("slug", "another"),)
    assert decision.releases == ()


def test_a_post_may_take_an_old_slug_back() -> None:
    history = (DRAFTED, SlugChanged(post=POST, slug="another"))
    decision = given(*history).when(ChangeSlug(post=POST, slug="a-title"), ANA_WRITES)
    assert decision.events == (SlugChanged(post=POST, slug="a-title"),)
    assert decision.claims == ()


def test_the_slug_it_has_is_no_change() -> None:
    assert given(DRAFTED).when(ChangeSlug(post=POST, slug="a-title"), ANA_WRITES).events == ()


def test_a_taken_slug_is_refused_with_one_that_may_be_free() -> None:
    taken = given(DRAFTED).knowing(taken=slugs("x", "x-2"))
    refusal = taken.refuses(ChangeSlug(post=POST, slug="x"), ANA_WRITES, SlugTaken, "/slug")
    assert "x-3" in refusal.detail


def test_strangers_do_not_move_posts() -> None:
    given(DRAFTED).refuses(ChangeSlug(post=POST, slug="x"), BEN_WRITES, NotTheAuthor)
