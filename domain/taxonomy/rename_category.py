"""A category is called otherwise, or found under another slug; what is left out stays."""

from dataclasses import replace

from domain.command import Context, Decision
from domain.partial import PartialChange
from domain.posts.slugs import Slug
from domain.taxonomy.events import CategoryRenamed
from domain.taxonomy.naming import CategoryName, require_free_name, require_free_slug
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import CategoryCommand, editable, existing


class RenameCategory(PartialChange, CategoryCommand):
    name: CategoryName | None = None
    slug: Slug | None = None

    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        category = existing(taxonomy, self.category)
        renamed = replace(category, **self.changes(lambda field, value: getattr(category, field) != value))
        if renamed == category:
            return Decision()
        require_free_name(taxonomy, renamed)
        require_free_slug(taxonomy, renamed)
        return Decision(events=(CategoryRenamed(category=renamed.id, name=renamed.name, slug=renamed.slug),))
