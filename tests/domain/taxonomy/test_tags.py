"""Tags that are renamed and merged, and posts that name them by their old names."""

from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.command import Command, Guard
from domain.event import Event
from domain.posts.draft_post import DraftPost
from domain.posts.events import PostRetagged, PostRevised
from domain.posts.retag_post import RetagPost
from domain.posts.revise_post import RevisePost
from domain.posts.tags import normal_form
from domain.rights import EditorRoleRequired
from domain.taxonomy import refusals as r
from domain.taxonomy.events import TagRenamed, TagsMerged
from domain.taxonomy.merge_tags import MergeTags
from domain.taxonomy.rename_tag import RenameTag
from domain.taxonomy.taxonomy import Taxonomy
from tests.domain.histories import DRAFTED, drafted
from tests.domain.scenario import ANA, ANA_WRITES, EDITOR, POST, Given, given
from tests.domain.taxonomy.trees import COAST, TREE, beside

NEWS_TO_PRESS = TagRenamed(tag="news", name="The Press")


def knowing(*taxonomy: Event, post: tuple[Event, ...] = ()) -> Given:
    return given(*post).knowing(others=beside(*taxonomy))


def draft(**fields: Any) -> DraftPost:
    return DraftPost(post=POST, title="A title", **fields)


def test_a_tag_is_renamed_whatever_its_spelling() -> None:
    assert given().when(RenameTag(tag=" NEWS", name="The Press"), EDITOR).events == (NEWS_TO_PRESS,)
    assert given(NEWS_TO_PRESS).when(RenameTag(tag="news", name="The Press"), EDITOR).events == ()
    assert given(NEWS_TO_PRESS).when(RenameTag(tag="news", name="the press"), EDITOR).events


def test_a_tag_is_merged_into_another() -> None:
    merged = TagsMerged(tag="news", into="the-press", name="The Press")
    assert given().when(MergeTags(tag="News", into="The Press"), EDITOR).events == (merged,)
    assert given(merged).when(MergeTags(tag="News", into="The Press"), EDITOR).events == ()
    given().refuses(MergeTags(tag="News", into="NEWS"), EDITOR, r.TagIsTheSame, "/into")


def test_a_new_name_that_was_renamed_itself_leads_on() -> None:
    assert given(NEWS_TO_PRESS).when(RenameTag(tag="items", name="News"), EDITOR).events == (
        TagRenamed(tag="items", name="The Press"),
    )
    onwards = (TagRenamed(tag="items", name="News"), NEWS_TO_PRESS)
    assert set(fold_aliases(*onwards).values()) == {"The Press"}


def test_a_renaming_can_be_taken_back() -> None:
    [back] = given(NEWS_TO_PRESS).when(RenameTag(tag="The Press", name="News"), EDITOR).events
    taxonomy = Taxonomy.evolve(Taxonomy.evolve(None, NEWS_TO_PRESS), back)  # type: ignore[arg-type] # it is one
    assert taxonomy.spelt(("the press", "NEWS", "Other")) == ("News", "Other")


def test_only_editors_rename_tags() -> None:
    given().refuses(RenameTag(tag="a", name="b"), ANA_WRITES, EditorRoleRequired)
    given().refuses(MergeTags(tag="a", into="b"), ANA_WRITES, EditorRoleRequired)


def test_so_many_old_names_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.taxonomy.tag_names.MOST", 1)
    given(NEWS_TO_PRESS).refuses(RenameTag(tag="a", name="b"), EDITOR, r.TooManyRenamedTags)
    assert given(NEWS_TO_PRESS).when(RenameTag(tag="news", name="b"), EDITOR).events


def test_a_post_gets_its_tags_under_the_names_of_today() -> None:
    decision = knowing(NEWS_TO_PRESS).when(draft(tags=["news", "Sea", "THE press"]), ANA_WRITES)
    assert decision.events == (drafted(tags=("The Press", "Sea"), body=""),)
    assert decision.guards == (Guard("taxonomy", 1),)


def test_a_post_without_tags_and_category_looks_at_no_taxonomy() -> None:
    assert draft().others == {}
    assert given().when(draft(), ANA_WRITES).guards == ()
    assert RevisePost(post=POST, title="x", category=None).others == {}


def test_a_revision_sees_todays_names_too() -> None:
    decision = knowing(NEWS_TO_PRESS, post=(DRAFTED,)).when(RevisePost(post=POST, tags=["News"]), ANA_WRITES)
    assert decision.events == (PostRevised(post=POST, owner=ANA, changed=("tags",), tags=("The Press",)),)
    assert decision.guards


def test_the_tags_that_a_post_has_are_brought_up_to_date() -> None:
    asked = RetagPost(post=POST, tags=("News",))
    decision = knowing(NEWS_TO_PRESS, post=(DRAFTED,)).when(asked, EDITOR)
    assert decision.events == (PostRetagged(post=POST, tags=("The Press",)),)
    assert knowing(NEWS_TO_PRESS, post=(DRAFTED, *decision.events)).when(asked, EDITOR).events == ()


def test_a_post_is_sorted_into_a_category_by_id_or_slug() -> None:
    for category in (str(COAST), "coast"):
        [event] = knowing(*TREE).when(draft(category=category), ANA_WRITES).events
        assert event == drafted(category=COAST, body="", tags=())
    knowing(*TREE).refuses(draft(category="nowhere"), ANA_WRITES, r.CategoryUnknown, "/category")


def test_a_post_leaves_its_category() -> None:
    sorted_in = drafted(category=COAST)
    asked = RevisePost(post=POST, category="coast")
    assert knowing(*TREE, post=(sorted_in,)).when(asked, ANA_WRITES).events == ()
    [event] = given(sorted_in).when(RevisePost(post=POST, category=None), ANA_WRITES).events
    assert event == PostRevised(post=POST, owner=ANA, changed=("category",))


_NAMES = st.sampled_from(["a", "B", "b", "c", "C"])


@for_any(asked=st.lists(st.builds(RenameTag, tag=_NAMES, name=_NAMES), max_size=20))
def test_no_old_name_leads_to_another_old_name(asked: list[Command]) -> None:
    history: list[Event] = []
    for command in asked:
        history += given(*history).when(command, EDITOR).events
    aliases = fold_aliases(*history)
    for name in aliases.values():
        assert normal_form(aliases.get(normal_form(name), name)) == normal_form(name)


def fold_aliases(*history: Any) -> dict[str, str]:
    state: Taxonomy | None = None
    for event in history:
        state = Taxonomy.evolve(state, event)
    return dict(state.aliases) if state else {}
