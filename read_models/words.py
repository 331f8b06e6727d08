"""Words as search compares them: folded and stemmed; scripts that do not part words in ones and twos."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import Stemmer

LONGEST_WORD = 64
_MARKS = "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c)) in {"Mn", "Mc"})
# Chinese, Japanese and Korean; Thai, Lao, Khmer and Burmese with their marks
_UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\uac00-\ud7af"
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0edf\u1000-\u109f\u1780-\u17d3\U00020000-\U0003ffff"
)
# Five times as fast as the expression that says the same of all scripts.
_ASCII_ALONE = {number: " " for number in range(128) if not chr(number).isalnum()}
_RUN = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_PART = re.compile(rf"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_ACCENT = re.compile("(?<=[a-z\u0370-\u03ff\u1f00-\u1fff])[\u0300-\u036f]+")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "ħ": "h", "ŧ": "t"}
)
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
UNSTEMMED = ""


def stemmer_of(language: str) -> str:
    """The stemmer's name for a BCP 47 tag; UNSTEMMED when there is none."""
    return _STEMMERS.get(language.partition("-")[0].lower(), UNSTEMMED)


def every_stemmer() -> tuple[str, ...]:
    return (UNSTEMMED, *dict.fromkeys(_STEMMERS.values()))


def folded(text: str) -> str:
    """Without case and compatibility forms; Latin and Greek letters without accents, as accents there are left out."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", lowered).casefold())
    return unicodedata.normalize("NFC", _ACCENT.sub("", decomposed)).translate(_LETTERS)


def tokens(text: str) -> list[str]:
    """The words of a text, and its runs of scripts that do not part their words."""
    if text.isascii():
        return text.translate(_ASCII_ALONE).split()
    return [part for token in _RUN.findall(text) for part in _PART.findall(token)]


def placed_tokens(text: str) -> Iterator[tuple[int, str]]:
    """The same, each with where it begins."""
    for run in _RUN.finditer(text):
        for part in _PART.finditer(run[0]):
            yield run.start() + part.start(), part[0]


def is_unspaced(token: str) -> bool:
    return bool(_IS_UNSPACED.match(token))


def stems(words: Sequence[str], stemmer: str) -> list[str]:
    """The stems of folded words, cut to LONGEST_WORD characters."""
    cut = [word[:LONGEST_WORD] for word in words]
    return cut if stemmer == UNSTEMMED else _stemmer(stemmer).stemWords(cut)


def counted(text: str, stemmer: str) -> dict[str, int]:
    """How often each word of a text stands in it, as search compares them."""
    found = Counter(tokens(folded(text)))
    counts: dict[str, int] = {}
    for token in [] if text.isascii() else [token for token in found if is_unspaced(token)]:
        times = found.pop(token)
        for part in ones_and_twos(token):
            counts[part] = counts.get(part, 0) + times
    for word, times in zip(stems(list(found), stemmer), found.values(), strict=True):
        counts[word] = counts.get(word, 0) + times
    return counts


def ones_and_twos(run: str) -> Iterator[str]:
    """Every character, and every two that stand together: any run of them can then be found."""
    yield from run
    yield from pairs(run)


def pairs(run: str) -> Iterable[str]:
    return (run[place : place + 2] for place in range(len(run) - 1))


@cache
def _stemmer(name: str) -> "Stemmer.Stemmer":
    return Stemmer.Stemmer(name)
