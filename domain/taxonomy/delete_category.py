"""A category that has nothing below it goes; its posts are left without one."""

from domain.command import Context, Decision
from domain.taxonomy.events import CategoryDeleted
from domain.taxonomy.refusals import CategoryHasChildren
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import CategoryCommand, editable, existing


class DeleteCategory(CategoryCommand):
    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        category = existing(taxonomy, self.category)
        if taxonomy.children(category.id):
            raise CategoryHasChildren("Other categories lie below it; move or delete them first.")
        return Decision(events=(CategoryDeleted(category=category.id),))
