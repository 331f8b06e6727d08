"""Marks in titles and texts what was searched for, as HTML that is safe to show."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from query_api.search_terms import Terms
from read_models.words import folded, is_unspaced, placed_tokens, stemmer_of, stems, tokens

_FRAGMENTS = 2
_AROUND = 70
_CUT = "\N{HORIZONTAL ELLIPSIS}"
_REMEMBERED = 20_000

Span = tuple[int, int]


def marked(text: str, terms: Terms, language: str) -> str:
    """The whole text, what was found between <mark> and </mark>."""
    return _with_marks(text, list(_found(text, terms, language)), 0, len(text))


def fragments(text: str, terms: Terms, language: str) -> list[str]:
    """The first places where something was found, with some words around."""
    made: list[str] = []
    near: list[Span] = []
    for span in _found(text, terms, language):
        if near and span[1] > near[0][0] + 2 * _AROUND:
            made.append(_fragment(text, near))
            near = []
            if len(made) == _FRAGMENTS:
                return made
        near.append(span)
    return [*made, _fragment(text, near)] if near else made


def _fragment(text: str, spans: list[Span]) -> str:
    start = _word_start(text, max(spans[0][0] - _AROUND, 0))
    end = _word_end(text, min(spans[-1][1] + _AROUND, len(text)))
    before, after = _CUT if start > 0 else "", _CUT if end < len(text) else ""
    return before + _with_marks(text, spans, start, end) + after


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + _AROUND // 2)
    return place if place == 0 or space < 0 else space + 1


def _word_end(text: str, place: int) -> int:
    space = text.rfind(" ", place - _AROUND // 2, place)
    return place if place == len(text) or space < 0 else space


def _with_marks(text: str, spans: Iterable[Span], start: int, end: int) -> str:
    parts, place = [], start
    for first, last in spans:
        parts += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    return "".join([*parts, escape(text[place:end])])


def _found(text: str, terms: Terms, language: str) -> Iterator[Span]:
    """Where something is found, in order, no two over one another."""
    wanted, stemmer = terms.words, stemmer_of(language)
    runs = re.compile("|".join(map(re.escape, terms.runs))) if terms.runs else None
    for start, word in placed_tokens(text):
        if not is_unspaced(word):
            if not wanted.isdisjoint(_compared(word, stemmer)):
                yield start, start + len(word)
        elif runs is not None:
            yield from ((start + run.start(), start + run.end()) for run in runs.finditer(word))


@lru_cache(maxsize=_REMEMBERED)
def _compared(word: str, stemmer: str) -> tuple[str, ...]:
    return tuple(stems(tokens(folded(word)), stemmer))
