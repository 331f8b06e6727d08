"""Brings what sources say into the shapes that posts have, where that is harmless."""

from collections.abc import Callable, Iterable

from pydantic import TypeAdapter, ValidationError

from domain.language import Language
from domain.posts.slugs import Slug, derive
from domain.posts.tags import normal_form

EXCERPT_MAX = 500
_TITLE_MAX, _MOST_TAGS, _TAG_MAX = 200, 20, 50
_slug: TypeAdapter[str] = TypeAdapter(Slug)
_language: TypeAdapter[str] = TypeAdapter(Language)
Warn = Callable[[str], None]


def unlike_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The first of each normal form."""
    first_of_form: dict[str, str] = {}
    for tag in tags:
        first_of_form.setdefault(normal_form(tag), tag)
    first_of_form.pop("", None)
    return tuple(first_of_form.values())


def fitting_tags(tags: Iterable[str], warn: Warn) -> tuple[str, ...]:
    """Those that a post may have."""
    unlike = unlike_tags(tags)
    if too_long := [tag for tag in unlike if len(tag) > _TAG_MAX]:
        warn(f"a tag has at most {_TAG_MAX} characters; left out: {', '.join(_cut(tag, 80) for tag in too_long)}")
    wanted = [tag for tag in unlike if len(tag) <= _TAG_MAX]
    if len(wanted) > _MOST_TAGS:
        warn(f"a post has at most {_MOST_TAGS} tags; left out: {', '.join(wanted[_MOST_TAGS:])}")
    return tuple(wanted[:_MOST_TAGS])


def fitting_title(title: str, warn: Warn) -> str:
    if len(title) > _TITLE_MAX:
        warn(f"the title was cut from {len(title)} to {_TITLE_MAX} characters")
    return _cut(title, _TITLE_MAX)


def language_of(text: str, usual: str, warn: Warn) -> str:
    try:
        return str(_language.validate_python(text)) if text else usual
    except ValidationError:
        warn(f"{text[:80]!r} is no language tag; {usual} is taken")
        return usual


def cut_excerpt(text: str) -> str:
    return _cut(text, EXCERPT_MAX)


def _cut(text: str, longest: int) -> str:
    """At a word, with an ellipsis."""
    if len(text) <= longest:
        return text
    whole_words = text[: longest - 1].rpartition(" ")[0]
    return (whole_words or text[: longest - 1]) + "…"


def adapted_slug(asked: str) -> str:
    if not asked:
        return ""
    try:
        return str(_slug.validate_python(asked))
    except ValidationError:
        return derive(asked)
