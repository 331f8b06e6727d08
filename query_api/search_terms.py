"""From what somebody typed to what a post's words must hold."""

from collections.abc import Sequence
from typing import NamedTuple

from read_models.words import every_stemmer, folded, is_unspaced, pairs, stemmer_of, stems, tokens

MOST_TERMS = 10


class Terms(NamedTuple):
    """What is looked for. A term is met by any of its words: a language that is not known may be any."""

    terms: tuple[tuple[str, ...], ...]
    runs: tuple[str, ...]
    """Of scripts that do not part their words, as typed."""

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for term in self.terms for word in term)


def terms_of(typed: str, language: str | None) -> Terms:
    """The first MOST_TERMS of them, none twice; none at all for what holds no letter and no digit."""
    stemmers = every_stemmer() if language is None else (stemmer_of(language),)
    found: dict[tuple[str, ...], None] = {}
    runs: list[str] = []
    for token in tokens(folded(typed)):
        if is_unspaced(token):
            runs.append(token)
            found.update(((part,), None) for part in (pairs(token) if len(token) > 1 else token))
        else:
            found[_any_stem(token, stemmers)] = None
    return Terms(tuple(found)[:MOST_TERMS], tuple(runs))


def _any_stem(word: str, stemmers: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stems([word], stemmer)[0] for stemmer in stemmers))
