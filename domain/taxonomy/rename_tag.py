"""A tag is spelt or called otherwise on all posts; where posts have the new name already, the two become one."""

from domain.command import Context, Decision
from domain.posts.tags import Tag, normal_form
from domain.taxonomy.events import TagRenamed
from domain.taxonomy.tag_names import new_name
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import TaxonomyCommand, editable


class RenameTag(TaxonomyCommand):
    tag: Tag
    """Any spelling of it."""
    name: Tag
    """The new spelling."""

    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        tag = normal_form(self.tag)
        name = new_name(taxonomy, tag, self.name)
        if taxonomy.aliases.get(tag) == name:
            return Decision()
        return Decision(events=(TagRenamed(tag=tag, name=name),))
