"""Consistency tokens: `epoch:partition.sequence,...`, merged by keeping the larger sequence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FORM = re.compile(r"(\d{1,9}):(\d{1,4}\.\d{1,18}(?:,\d{1,4}\.\d{1,18}){0,255})")


class MalformedToken(ValueError):  # noqa: N818 - named for the fact
    """The text is not a consistency token."""


@dataclass(frozen=True, slots=True)
class ConsistencyToken:
    """How far readers must have got: for each partition the sequence that they need to have applied."""

    epoch: int
    sequences: Mapping[int, int]

    def __str__(self) -> str:
        return f"{self.epoch}:" + ",".join(f"{p}.{s}" for p, s in sorted(self.sequences.items()))

    @classmethod
    def parse(cls, text: str) -> "ConsistencyToken":
        """Reads a token; a partition named twice keeps its larger sequence, so clients may join tokens as text.

        Raises:
            MalformedToken: it is not of this form.
        """
        found = _FORM.fullmatch(text.strip())
        if not found:
            raise MalformedToken("a consistency token looks like 1:3.120,7.44")
        sequences: dict[int, int] = {}
        for pair in found[2].split(","):
            partition, sequence = (int(part) for part in pair.split("."))
            sequences[partition] = max(sequence, sequences.get(partition, 0))
        return cls(int(found[1]), sequences)
