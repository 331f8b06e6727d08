"""What a tag may be renamed to."""

from domain.posts.tags import normal_form
from domain.taxonomy.refusals import TooManyRenamedTags
from domain.taxonomy.taxonomy import Taxonomy

MOST = 5_000


def new_name(taxonomy: Taxonomy, tag: str, name: str) -> str:
    """What the tag of this normal form is called from now on.

    A name that was itself renamed leads on to what it is called now, unless that was this tag: then it is taken back.

    Raises:
        TooManyRenamedTags: of as many tags the old names are remembered.
    """
    if tag not in taxonomy.aliases and len(taxonomy.aliases) >= MOST:
        raise TooManyRenamedTags(f"The old names of {MOST} tags are remembered, and no more can be.")
    form = normal_form(name)
    now = taxonomy.aliases.get(form, name)
    return name if normal_form(now) in {form, tag} else now
