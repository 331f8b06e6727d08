"""A category begins, at the top or below another."""

from domain.command import Context, Decision
from domain.posts.slugs import Slug
from domain.taxonomy.events import CategoryCreated
from domain.taxonomy.naming import CategoryName, WhichCategory, derived_slug, require_free_name, require_free_slug
from domain.taxonomy.refusals import CategoryExists, TooManyCategories
from domain.taxonomy.taxonomy import Category, Taxonomy
from domain.taxonomy.taxonomy_command import CategoryCommand, editable, named, require_place

MOST = 1_000


class CreateCategory(CategoryCommand):
    name: CategoryName
    slug: Slug | None = None
    """Left out: derived from the name, with the next free number behind it."""
    parent: WhichCategory | None = None
    """An id or a slug; left out: at the top."""

    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        if self.category in taxonomy.categories:
            raise CategoryExists("A category of this id exists; make a new id.", field="/category")
        if len(taxonomy.categories) >= MOST:
            raise TooManyCategories(f"There are {MOST} categories, and no more can be; delete one first.")
        parent = None if self.parent is None else named(taxonomy, self.parent, "/parent")
        slug = self.slug or derived_slug(taxonomy, self.name)
        category = Category(self.category, self.name, slug, parent)
        require_place(taxonomy, category.id, parent)
        require_free_name(taxonomy, category)
        require_free_slug(taxonomy, category)
        created = CategoryCreated(category=category.id, name=category.name, slug=slug, parent=parent)
        return Decision(events=(created,))
