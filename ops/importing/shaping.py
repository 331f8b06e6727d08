"""Brings what sources say into the shapes that posts have, where that is harmless."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from domain.posts.slugs import Slug, derive
from domain.posts.tags import normal_form

EXCERPT_MAX = 500
_slug: TypeAdapter[str] = TypeAdapter(Slug)


def unlike_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The first of each normal form."""
    first_of_form: dict[str, str] = {}
    for tag in tags:
        first_of_form.setdefault(normal_form(tag), tag)
    first_of_form.pop("", None)
    return tuple(first_of_form.values())


def cut_excerpt(text: str) -> str:
    """At a word, with an ellipsis."""
    if len(text) <= EXCERPT_MAX:
        return text
    whole_words = text[: EXCERPT_MAX - 1].rpartition(" ")[0]
    return (whole_words or text[: EXCERPT_MAX - 1]) + "…"


def adapted_slug(asked: str) -> str:
    if not asked:
        return ""
    try:
        return str(_slug.validate_python(asked))
    except ValidationError:
        return derive(asked)
