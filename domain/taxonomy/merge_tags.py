"""A tag becomes another one, on all posts that have it."""

from domain.command import Context, Decision
from domain.posts.tags import Tag, normal_form
from domain.taxonomy.events import TagsMerged
from domain.taxonomy.refusals import TagIsTheSame
from domain.taxonomy.tag_names import new_name
from domain.taxonomy.taxonomy import Taxonomy
from domain.taxonomy.taxonomy_command import TaxonomyCommand, editable


class MergeTags(TaxonomyCommand):
    tag: Tag
    """Any spelling of it."""
    into: Tag
    """The other one, as posts are to spell it."""

    def decide(self, state: Taxonomy | None, context: Context) -> Decision:
        taxonomy = editable(state, context)
        tag = normal_form(self.tag)
        name = new_name(taxonomy, tag, self.into)
        if normal_form(name) == tag:
            raise TagIsTheSame("A tag is merged into another one; to spell it otherwise, rename it.", field="/into")
        if taxonomy.aliases.get(tag) == name:
            return Decision()
        return Decision(events=(TagsMerged(tag=tag, into=normal_form(name), name=name),))
