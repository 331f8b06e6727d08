"""What search keeps of a text, made once: how it begins, its words, and those that it is mostly about."""

import html as entities
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from engine.projection.contract import Renderer
from read_models.facets import by_language, by_tag
from read_models.rendering import RENDERERS
from read_models.words import counted

_VERSION = 1
_BEGINNING = 5_000
_LOOKED_AT = 300_000
_MOST_WORDS = 20_000
_MAIN_WORDS = 50
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|div|h[1-6]|li|ul|ol|td|th|tr|pre|blockquote|br|hr|dt|dd|table|figure)\b[^>]*>")


class SearchText(NamedTuple):
    beginning: str
    """Its first characters without markup, on one line."""
    main_words: str
    """The most frequent, the most frequent first."""
    words: str
    """Each once, with spaces between."""


def search_renderer(format_: str, stemmer: str) -> Renderer:
    """Makes a SearchText of a body, as text."""
    return _renderer(format_, stemmer)


def parted(rendered: str) -> SearchText:
    beginning, main_words, words = rendered.split("\n")
    return SearchText(beginning, main_words, words)


NOTHING = SearchText("", "", "")


def filter_words(language: str, tag_keys: Iterable[str]) -> list[str]:
    """Stand among a post's words, so that one index finds words and filters together; no word looks like them.

    A language stands there with what it is a kind of: `pt-BR` is `pt`.
    """
    parts = language.split("-")
    languages = ("-".join(parts[:length]) for length in range(1, len(parts) + 1))
    return [*(by_language("", each) for each in languages), *(by_tag("", key) for key in tag_keys)]


@cache
def _renderer(format_: str, stemmer: str) -> Renderer:
    rendered = RENDERERS[format_]

    def work(html: str) -> str:
        text = plain(html[:_LOOKED_AT])
        counts = counted(text, stemmer)
        words = sorted(counts)
        # of equally frequent ones the first in the alphabet: this sort keeps their order
        ranked = sorted(words, key=counts.__getitem__, reverse=True)
        kept = words if len(words) <= _MOST_WORDS else sorted(ranked[:_MOST_WORDS])
        return "\n".join((text[:_BEGINNING], " ".join(ranked[:_MAIN_WORDS]), " ".join(kept)))

    return Renderer(f"search-{format_}-{stemmer}", _VERSION + 100 * rendered.version, work, of=rendered)


def plain(html: str) -> str:
    """Sanitised HTML without its markup, on one line."""
    return " ".join(entities.unescape(_TAG.sub("", _BLOCK.sub(" ", html))).split())
