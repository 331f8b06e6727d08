"""A category goes below another, or to the top, with all that lies below it."""

from dataclasses import replace

from domain.command import Context, Decision
from domain.taxonomy.events import CategoryMoved
from domain.taxonomy.naming import WhichCategory, require_free_name
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import CategoryCommand, editable, existing, named, require_place


class MoveCategory(CategoryCommand):
    parent: WhichCategory | None
    """An id or a slug; null: to the top."""

    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        category = existing(taxonomy, self.category)
        parent = None if self.parent is None else named(taxonomy, self.parent, "/parent")
        if parent == category.parent:
            return Decision()
        require_place(taxonomy, category.id, parent, levels=taxonomy.height(category.id))
        require_free_name(taxonomy, replace(category, parent=parent))
        return Decision(events=(CategoryMoved(category=category.id, parent=parent),))
