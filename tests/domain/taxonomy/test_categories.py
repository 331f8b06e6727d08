"""Categories: names, slugs, places."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.command import Command
from domain.event import Event
from domain.refusal import Refusal
from domain.rights import EditorRoleRequired, SignInRequired
from domain.taxonomy import refusals as r
from domain.taxonomy.create_category import CreateCategory
from domain.taxonomy.delete_category import DeleteCategory
from domain.taxonomy.events import CategoryCreated, CategoryDeleted, CategoryMoved, CategoryRenamed
from domain.taxonomy.move_category import MoveCategory
from domain.taxonomy.rename_category import RenameCategory
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import DEEPEST
from tests.domain import commands
from tests.domain.scenario import ANA_WRITES, ANONYMOUS, EDITOR, context_of, fold, given
from tests.domain.taxonomy.trees import COAST, HARBOUR, LAND, SEA, TREE, created

NEW = UUID(int=0xCF)


def create(name: str, **fields: Any) -> CreateCategory:
    return CreateCategory(**{"category": NEW, "name": name, **fields})


def test_a_category_gets_a_slug_from_its_name() -> None:
    decision = given().when(create("Tídes & Winds"), EDITOR)
    assert decision.events == (CategoryCreated(category=NEW, name="Tídes & Winds", slug="tides-winds", parent=None),)
    [event] = given(*TREE).when(create("Coast"), EDITOR).events
    assert isinstance(event, CategoryCreated)
    assert event.slug == "coast-2"


def test_a_name_without_letters_is_told_by_its_kind() -> None:
    [event] = given().when(create("!"), EDITOR).events
    assert isinstance(event, CategoryCreated)
    assert event.slug == "category"


def test_a_parent_is_named_by_id_or_slug() -> None:
    for parent in (str(COAST), COAST.hex.upper(), "coast", " COAST "):
        [event] = given(*TREE).when(create("Cliffs", parent=parent), EDITOR).events
        assert isinstance(event, CategoryCreated)
        assert event.parent == COAST
    for parent in ("cliffs", str(NEW)):
        given(*TREE).refuses(create("Cliffs", parent=parent), EDITOR, r.CategoryUnknown, "/parent")


def test_names_are_unique_among_siblings_whatever_their_case() -> None:
    given(*TREE).refuses(create("SEA"), EDITOR, r.CategoryNameTaken, "/name")
    assert given(*TREE).when(create("Sea", parent="land"), EDITOR).events
    given(*TREE).refuses(RenameCategory(category=LAND, name="sea"), EDITOR, r.CategoryNameTaken, "/name")
    history = (*TREE, created(NEW, "Coast", LAND))
    given(*history).refuses(MoveCategory(category=NEW, parent="sea"), EDITOR, r.CategoryNameTaken, "/name")


def test_slugs_are_unique() -> None:
    given(*TREE).refuses(create("x", slug="coast"), EDITOR, r.CategorySlugTaken, "/slug")
    given(*TREE).refuses(RenameCategory(category=LAND, slug="coast"), EDITOR, r.CategorySlugTaken, "/slug")
    freed = CategoryRenamed(category=COAST, name="Coast", slug="shore")
    assert given(*TREE, freed).when(create("x", slug="coast"), EDITOR).events


def test_what_is_left_out_of_a_renaming_stays() -> None:
    renamed = RenameCategory(category=LAND, name="Lands")
    event = CategoryRenamed(category=LAND, name="Lands", slug="land")
    assert given(*TREE).when(renamed, EDITOR).events == (event,)
    assert given(*TREE, event).when(renamed, EDITOR).events == ()
    with pytest.raises(ValueError, match="name cannot be null"):
        RenameCategory(category=LAND, name=None)


def test_a_category_moves_with_what_lies_below_it() -> None:
    moved = MoveCategory(category=COAST, parent="land")
    event = CategoryMoved(category=COAST, parent=LAND)
    assert given(*TREE).when(moved, EDITOR).events == (event,)
    assert given(*TREE, event).when(moved, EDITOR).events == ()
    assert fold(Taxonomy, (*TREE, event)).path(HARBOUR) == [HARBOUR, COAST, LAND]
    assert given(*TREE).when(MoveCategory(category=COAST, parent=None), EDITOR).events


@pytest.mark.parametrize("parent", ["sea", "coast", "harbour"])
def test_no_category_lies_below_itself(parent: str) -> None:
    given(*TREE).refuses(MoveCategory(category=SEA, parent=parent), EDITOR, r.CategoryBelowItself, "/parent")


def test_categories_are_at_most_six_deep() -> None:
    chain = [UUID(int=number) for number in range(1, DEEPEST + 1)]
    deep = [created(each, f"c{each.int}", UUID(int=each.int - 1) if each.int > 1 else None) for each in chain]
    given(*deep).refuses(create("x", parent=str(chain[-1])), EDITOR, r.CategoryTooDeep, "/parent")
    assert given(*deep).when(create("x", parent=str(chain[-2])), EDITOR).events
    history = (*deep, *TREE)
    given(*history).refuses(MoveCategory(category=SEA, parent="c4"), EDITOR, r.CategoryTooDeep, "/parent")
    assert given(*history).when(MoveCategory(category=SEA, parent="c3"), EDITOR).events


def test_a_category_is_deleted_only_without_children() -> None:
    given(*TREE).refuses(DeleteCategory(category=COAST), EDITOR, r.CategoryHasChildren)
    deleted = CategoryDeleted(category=HARBOUR)
    assert given(*TREE).when(DeleteCategory(category=HARBOUR), EDITOR).events == (deleted,)
    given(*TREE, deleted).refuses(DeleteCategory(category=HARBOUR), EDITOR, r.NoSuchCategory)
    assert given(*TREE, deleted).when(DeleteCategory(category=COAST), EDITOR).events


def test_an_id_is_used_once() -> None:
    given(*TREE).refuses(create("x", category=SEA), EDITOR, r.CategoryExists, "/category")


def test_there_are_at_most_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.taxonomy.create_category.MOST", len(TREE))
    given(*TREE).refuses(create("x"), EDITOR, r.TooManyCategories)


@pytest.mark.parametrize(
    "command",
    [create("x"), RenameCategory(category=SEA), MoveCategory(category=SEA, parent=None), DeleteCategory(category=SEA)],
    ids=lambda command: type(command).__name__,
)
def test_only_editors_change_categories(command: Command) -> None:
    given(*TREE).refuses(command, ANA_WRITES, EditorRoleRequired)
    given(*TREE).refuses(command, ANONYMOUS, SignInRequired)


@for_any(asked=st.lists(commands.on(Taxonomy), max_size=40))
def test_whatever_is_asked_it_stays_a_tree(asked: list[Command]) -> None:
    state: Taxonomy | None = None
    for command in asked:
        state = fold(Taxonomy, _accepted(command, state), state)
    for category in state.categories.values() if state else ():
        path = state.path(category.id) if state else []
        assert len(path) == len(set(path)) <= DEEPEST
    slugs = [category.slug for category in state.categories.values()] if state else []
    assert len(slugs) == len(set(slugs))


def _accepted(command: Command, state: Taxonomy | None) -> tuple[Event, ...]:
    try:
        return command.decide(state, context_of(command, EDITOR)).events
    except Refusal:
        return ()
