"""Markdown that looks written: titles, excerpts, and bodies as long as those of a real weblog."""

from math import log
from random import Random

from ops.generating.vocabulary import ADJECTIVES, JOINTS, NOUNS, VERBS

_MEDIAN_BYTES, _SPREAD = 5_800, 0.564
"""A log-normal distribution with this spread has a mean of 6,800: the weblog of 18F."""
_SHORTEST, _LONGEST = 200, 60_000
_PARAGRAPHS, _SENTENCES = 3_000, 1_000
_LONGEST_REMARK = 4


class Prose:
    """Makes texts from a stock of paragraphs, which is dear, by picking some, which is cheap."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._paragraphs = [self._block() for _ in range(_PARAGRAPHS)]
        self._sentences = [self.sentence() for _ in range(_SENTENCES)]

    def title(self) -> str:
        return f"{self._phrase()} {self._pick(VERBS)} {self._phrase().lower()}"

    def body(self) -> str:
        size = min(max(int(self._random.lognormvariate(log(_MEDIAN_BYTES), _SPREAD)), _SHORTEST), _LONGEST)
        blocks, length = [], 0
        while length < size:
            block = self._paragraphs[int(self._random.random() * _PARAGRAPHS)]
            blocks.append(block)
            length += len(block) + 2
        return "\n\n".join(blocks)[:size].rstrip()

    def remark(self) -> str:
        """As long as what people say below a text."""
        count = 1 + int(self._random.random() * _LONGEST_REMARK)
        return " ".join([self._sentences[int(self._random.random() * _SENTENCES)] for _ in range(count)])

    def _block(self) -> str:
        kind = self._random.random()
        if kind < 0.12:  # noqa: PLR2004 - shares of a typical text
            return f"## {self._phrase()}"
        if kind < 0.2:  # noqa: PLR2004 - same
            return "\n".join(f"- {self.sentence()}" for _ in range(self._random.randint(2, 6)))
        if kind < 0.24:  # noqa: PLR2004 - same
            return f"> {self.sentence()}"
        return " ".join(self.sentence() for _ in range(self._random.randint(2, 7)))

    def sentence(self) -> str:
        clauses = [self._clause() for _ in range(self._random.randint(1, 3))]
        text = f" {self._pick(JOINTS)} ".join(clauses)
        return f"{text[0].upper()}{text[1:]}."

    def _clause(self) -> str:
        words = f"the {self._thing()} {self._pick(VERBS)} a {self._thing()}"
        match self._random.randrange(12):
            case 0:
                return f"{words} (see [the {self._pick(NOUNS)}](https://example.org/{self._pick(NOUNS)}))"
            case 1:
                return f"{words} of **{self._pick(ADJECTIVES)}** {self._pick(NOUNS)}"
            case _:
                return f"{words} {self._pick(JOINTS)} the {self._pick(NOUNS)}"

    def _phrase(self) -> str:
        return f"The {self._thing()}"

    def _thing(self) -> str:
        return f"{self._pick(ADJECTIVES)} {self._pick(NOUNS)}"

    def _pick(self, words: tuple[str, ...]) -> str:
        return words[int(self._random.random() * len(words))]
