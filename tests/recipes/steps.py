"""Reads the recipes of CONTRIBUTING.md as steps, and takes them in a scratch copy of the checkout."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|In `(?P<old>[^`]+)`, after `(?P<after>[^`\n]+)`):\n\n```python\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One file to write, or lines to put after the last line that reads `after`."""

    file: str
    after: str | None
    code: str

    def take(self, checkout: Path) -> None:
        path = checkout / self.file
        if self.after is None:
            assert not path.exists(), f"{self.file} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.code)
            return
        lines = path.read_text().splitlines(keepends=True)
        places = [number for number, line in enumerate(lines, 1) if line.strip() == self.after]
        assert places, f"{self.file} has no line {self.after!r}"
        lines.insert(places[-1], self.code)
        path.write_text("".join(lines))


def steps_of(recipe: str, text: str) -> Iterator[Step]:
    """The steps below the heading `## recipe`, in order."""
    section = re.split(rf"^## {re.escape(recipe)}$", text, flags=re.MULTILINE)[1]
    section = re.split(r"^## ", section, flags=re.MULTILINE)[0]
    for found in _STEP.finditer(section):
        yield Step(found["new"] or found["old"], found["after"], found["code"])
