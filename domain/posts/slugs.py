"""Slugs: a post's name in URLs, derived from its title or asked for."""

import re
import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from domain.command import Context, Name
from domain.posts.refusals import SlugTaken

DERIVED_MAX = 80
MAX = 200
_BESIDE_DECOMPOSITION = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ħ": "h",
        "\u0131": "i",
        "ŧ": "t",
        "ŋ": "ng",
    }
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ID_LIKE = re.compile(r"\d+|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def derive(title: str, kind: str = "post") -> str:
    """The slug that a title asks for: Latin letters transliterated, other scripts kept, cut at a word.

    One of no letters, or that looks like an id, is told by its kind.
    """
    slug = _cut("-".join(_ascii_words(title) if title.isascii() else _words(title)))
    if not slug or is_id_like(slug):
        return f"{kind}-{slug}".strip("-")
    return slug


def is_id_like(slug: str) -> bool:
    return bool(_ID_LIKE.fullmatch(slug))


def _ascii_words(title: str) -> list[str]:
    """The same as `_words`, for the titles that need no look at each character."""
    return _ASCII_WORD.findall(title.lower().replace("'", ""))


def _words(title: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", title).casefold())
    spaced = "".join(map(_piece, folded.translate(_BESIDE_DECOMPOSITION)))
    return unicodedata.normalize("NFC", spaced).split()


def _piece(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    if character in "'\u2019\u0307":  # apostrophes; the dot that case folding leaves of a Turkish capital I
        return ""
    if unicodedata.name(character, "").startswith("LATIN "):
        return "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) != "Mn")
    is_word = character.isalnum() or unicodedata.category(character).startswith("M")
    return character if is_word else " "


def _cut(slug: str) -> str:
    if len(slug) <= DERIVED_MAX:
        return slug
    whole_words, _, _ = slug[: DERIVED_MAX + 1].rpartition("-")
    return whole_words or slug[:DERIVED_MAX]


def _well_formed(slug: str) -> str:
    form = unicodedata.normalize("NFKC", slug.strip()).lower()
    marks = "".join(c for c in form if not (c.isalnum() or unicodedata.category(c).startswith("M")))
    if not form or marks.strip("-_.") or form.strip("-_.") != form:
        raise ValueError(f"a slug is letters and digits with hyphens between, such as {derive(slug)}")
    if is_id_like(form):
        raise ValueError("a slug cannot look like an id; add a word")
    if len(form) > MAX:  # some characters become several
        raise ValueError(f"a slug has at most {MAX} characters")
    return form


Slug: TypeAlias = Annotated[str, Field(min_length=1, max_length=MAX), AfterValidator(_well_formed)]


def claim_derived(title: str, context: Context) -> Name:
    """The first of `title`, `title-2`, `title-3` ... that nobody is known to hold."""
    return _next_free(derive(title), context)


def claim_asked(slug: str, context: Context) -> Name:
    """Gives the claim on a slug that was asked for.

    Raises:
        SlugTaken: another post has or had it.
    """
    name = Name("slug", slug)
    if name in context.taken:
        free = _next_free(slug, context).value
        raise SlugTaken(f"Another post has {slug}; {free} may be free.", field="/slug")
    return name


def _next_free(stem: str, context: Context) -> Name:
    if not context.taken:
        return Name("slug", stem)
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(context.taken) + 3))]
    return next(name for name in (Name("slug", one) for one in candidates) if name not in context.taken)
