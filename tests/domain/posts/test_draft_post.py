from typing import Any

import pytest

from domain.command import Actor, Name
from domain.posts.draft_post import DraftPost
from domain.posts.events import PostDrafted
from domain.posts.refusals import AuthorRoleRequired, AuthorsMissing, AuthorsNotYours, PostExists, SlugTaken
from domain.rights import SignInRequired
from tests.domain.histories import DRAFTED
from tests.domain.scenario import ANA, ANA_WRITES, ANONYMOUS, BEN, EDITOR, POST, SYSTEM, given, slugs


def draft(**changes: Any) -> DraftPost:
    return DraftPost(**{"post": POST, "title": "A title", "body": "A body.", **changes})


def drafted_by(actor: Actor, command: DraftPost, *taken: str) -> PostDrafted:
    (event,) = given().knowing(taken=slugs(*taken)).when(command, actor).events
    assert isinstance(event, PostDrafted)
    return event


def test_a_draft_belongs_to_whoever_wrote_it() -> None:
    event = drafted_by(ANA_WRITES, draft(tags=["News"]))
    assert event == DRAFTED


def test_a_draft_claims_its_slug() -> None:
    assert given().when(draft(), ANA_WRITES).claims == (Name("slug", "a-title"),)


def test_an_editor_may_name_other_authors_and_the_first_owns_the_text() -> None:
    event = drafted_by(EDITOR, draft(authors=[BEN, ANA, BEN]))
    assert (event.owner, event.authors) == (BEN, (BEN, ANA))


def test_an_author_may_not_name_others() -> None:
    given().refuses(draft(authors=[ANA, BEN]), ANA_WRITES, AuthorsNotYours, "/authors")


def test_the_system_must_name_an_author() -> None:
    given().refuses(draft(), SYSTEM, AuthorsMissing, "/authors")


def test_writing_takes_a_signed_in_author() -> None:
    given().refuses(draft(), ANONYMOUS, SignInRequired)
    given().refuses(draft(), Actor(ANA), AuthorRoleRequired)


def test_an_id_is_used_once() -> None:
    given(DRAFTED).refuses(draft(), ANA_WRITES, PostExists, "/post")


def test_a_derived_slug_takes_the_next_free_number() -> None:
    assert drafted_by(ANA_WRITES, draft(), "a-title", "a-title-2").slug == "a-title-3"


def test_a_slug_asked_for_is_refused_when_taken() -> None:
    refusal = given().knowing(taken=slugs("mine")).refuses(draft(slug="mine"), ANA_WRITES, SlugTaken, "/slug")
    assert "mine-2" in refusal.detail


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"title": "two\nlines"},
        {"title": "nul\x00"},
        {"body": "nul\x00"},
        {"body": "lone \ud800"},
        {"body": "é" * (1 << 19) + "x"},
        {"excerpt": "x" * 501},
        {"language": "english language"},
        {"tags": ["x"] * 21},
        {"tags": ["x" * 51]},
        {"tags": [" - "]},
        {"slug": "a b"},
        {"slug": "2026"},
        {"slug": str(POST)},
        {"slug": "x" * 201},
        {"authors": [f"00000000-0000-0000-0000-0000000000{n:02}" for n in range(11)]},
        {"format": "rtf"},
        {"unknown": 1},
    ],
)
def test_a_value_past_its_limits_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        draft(**wrong)


def test_the_largest_values_are_accepted() -> None:
    draft(title="x" * 200, body="é" * (1 << 19), excerpt="x" * 500, tags=[f"{n:050}" for n in range(20)])
