"""What front matter says, in the names that weblogs use, adapted where that is harmless."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.language import Language
from ops.importing.category import Path, chosen, path_of, within_depth
from ops.importing.dates import parse_date
from ops.importing.front_matter import Document
from ops.importing.remarks import Refused
from ops.importing.shaping import EXCERPT_MAX, adapted_slug, cut_excerpt, unlike_tags

_NOTHING: tuple[Any, ...] = (None, "", [], {})
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_TITLES, _DATES = ("title",), ("date", "published_at", "publishDate", "pubDate")
_EXCERPTS, _LANGUAGES = ("excerpt", "summary", "description"), ("language", "lang", "locale")
_AUTHORS, _TAGS, _SLUGS = ("authors", "author"), ("tags", "tag"), ("slug", "permalink")
_CATEGORIES = ("category", "categories")
_COVERS = ("cover", "image", "featured_image", "thumbnail")
_EARLIER, _FLAGS = ("redirect_from", "aliases"), ("draft", "published", "archived", "comments")
KNOWN = frozenset(
    {
        "id",
        "layout",
        *_TITLES,
        *_DATES,
        *_EXCERPTS,
        *_LANGUAGES,
        *_AUTHORS,
        *_TAGS,
        *_CATEGORIES,
        *_SLUGS,
        *_EARLIER,
        *_FLAGS,
    }
)
_language: TypeAdapter[str] = TypeAdapter(Language)


class Manner(Protocol):
    @property
    def zone(self) -> tzinfo: ...
    @property
    def language(self) -> str: ...
    @property
    def categories(self) -> Mapping[str, Path]: ...


class Fields:
    """Reads one document's fields; what had to be adapted is in `warnings`, with the line."""

    def __init__(self, document: Document, manner: Manner) -> None:
        self._document, self._manner = document, manner
        self.warnings: list[tuple[str, int | None]] = [(text, None) for text in document.warnings]

    def id(self) -> UUID | None:
        _, text = self._text("id")
        try:
            return UUID(text) if text else None
        except ValueError:
            return None

    def title(self, from_name: str) -> str:
        _, text = self._text(*_TITLES)
        if text:
            return re.sub(r"[\r\n\t]+", " ", text).strip()
        heading = re.match(r"\s*#\s+(.+)", self._document.body)
        title = heading[1].strip() if heading else from_name.replace("-", " ").replace("_", " ").capitalize()
        self._warn("title", f"no title; taken as {title!r}")
        return title

    def slugs(self, from_name: str) -> tuple[str, tuple[str, ...]]:
        """The slug, and those that led to the post before."""
        field, text = self._text(*_SLUGS)
        last = _last_segment(text or "")
        slug = self._slug(field, last) if last else self._slug("", from_name)
        earlier = (adapted_slug(_last_segment(path)) for path in self._texts(_EARLIER, separator=None))
        return slug, tuple(dict.fromkeys(one for one in earlier if one and one != slug))

    def date(self, of_file: str | None) -> datetime | None:
        field, text = self._text(*_DATES)
        try:
            if text:
                return parse_date(text, self._manner.zone)
        except ValueError as problem:
            if of_file is None:
                raise Refused(str(problem), line=self._line(field)) from None
            self._warn(field, f"{problem}; the file name's date is taken")
        try:
            return parse_date(of_file, self._manner.zone) if of_file else None
        except ValueError as problem:
            raise Refused(f"the date in the file name: {problem}") from None

    def authors(self) -> tuple[str, ...]:
        called = self._texts(_AUTHORS, separator=r"\s*,\s*")
        return tuple(dict.fromkeys(one for one in called if one))

    def sorted_in(self) -> tuple[Path, tuple[str, ...]]:
        """The category, and the tags: with those of further categories, of which a post has none."""
        called = self._texts(_CATEGORIES, separator=r"\s*,\s*")
        paths = [self._manner.categories.get(one) or path_of(one) for one in called]
        category, others = chosen(paths)
        field, _ = self._given(*_CATEGORIES)
        if others:
            self._warn(field, f"a post has one category, {category[-1].name}; the others are tags: {', '.join(others)}")
        if within_depth(category) != category:
            category = within_depth(category)
            self._warn(field, f"categories are at most {len(category)} deep; it is in {category[-1].name}")
        return category, unlike_tags([*self._tags(), *others])

    def _tags(self) -> list[str]:
        separator = r"\s*,\s*" if "," in str(self._given(*_TAGS)[1]) else r"\s+"
        return self._texts(_TAGS, separator=separator)

    def cover(self, is_there: Callable[[str], bool]) -> tuple[str, str]:
        """The field, and its link, of a picture that the source has; a `cover` may be anywhere."""
        for name in _COVERS:
            link = self._document.fields.get(name)
            if isinstance(link, str) and link and (name == _COVERS[0] or is_there(link)):
                return name, link
        return "", ""

    def language(self) -> str:
        field, text = self._text(*_LANGUAGES)
        if not text:
            return self._manner.language
        try:
            return str(_language.validate_python(text))
        except ValidationError:
            self._warn(field, f"{text!r} is no language tag; {self._manner.language} is taken")
            return self._manner.language

    def excerpt(self) -> str | None:
        field, text = self._text(*_EXCERPTS)
        text = (text or "").strip("\r\n")
        if len(text) > EXCERPT_MAX:
            self._warn(field, f"cut from {len(text)} to {EXCERPT_MAX} characters")
        return cut_excerpt(text) or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        _, text = self._text(name)
        folded = (text or "").lower()
        return folded in _YES if folded in _YES | _NO else default

    def _slug(self, field: str, asked: str) -> str:
        slug = adapted_slug(asked)
        if slug != asked.lower():
            self._warn(field, f"the slug {asked!r} was adapted to {slug!r}")
        return slug

    def _given(self, *names: str) -> tuple[str, Any]:
        """The first of these fields that says something."""
        found = ((name, self._document.fields.get(name)) for name in names)
        return next(((name, value) for name, value in found if value not in _NOTHING), ("", None))

    def _text(self, *names: str) -> tuple[str, str | None]:
        field, value = self._given(*names)
        if isinstance(value, str) or value is None:
            return field, value
        raise Refused(f"{field} should be one text", line=self._line(field))

    def _texts(self, names: tuple[str, ...], *, separator: str | None) -> list[str]:
        """A list, or one text that may hold several."""
        field, value = self._given(*names)
        if isinstance(value, str):
            return [value.strip()] if separator is None else re.split(separator, value.strip())
        values = value if isinstance(value, list) else [value] if value else []
        return [text for one in values if one is not None and (text := self._item(field, one).strip())]

    def _item(self, field: str, value: Any) -> str:
        """A text, or what a mapping calls it (`{name: Ana}`)."""
        if isinstance(value, dict):
            value = next((value[key] for key in ("handle", "slug", "username", "name") if key in value), None)
        if not isinstance(value, str):
            raise Refused(f"{field} should be a list of texts", line=self._line(field))
        return value

    def _warn(self, field: str, what: str) -> None:
        self.warnings.append((what, self._line(field)))

    def _line(self, field: str) -> int | None:
        return self._document.lines.get(field)


def _last_segment(path: str) -> str:
    """Of a permalink; nothing when it is a pattern (`/:year/:title/`)."""
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".html")
    return "" if ":" in last or "{" in last else last
