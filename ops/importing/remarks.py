"""What is said about a file: why it was refused, what was adapted, why it was left out."""

import sys
from collections import Counter


class Refused(Exception):  # noqa: N818 - named for the fact
    """One file cannot be imported; the others are."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


class Remarks:
    """Prints remarks on stderr as they come, and counts them."""

    _MOST_NOTICES = 20

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def refused(self, name: str, reason: str, line: int | None = None) -> None:
        self._say("refused", name, reason, line)

    def warning(self, name: str, what: str, line: int | None = None) -> None:
        self._say("warning", name, what, line)

    def skipped(self, name: str, why: str) -> None:
        """Files that are no posts may be many (images): the first are named."""
        self.counts["skipped"] += 1
        if self.counts["skipped"] <= self._MOST_NOTICES:
            self._print("skipped", name, why, None)
        elif self.counts["skipped"] == self._MOST_NOTICES + 1:
            print("skipped: more files, not named", file=sys.stderr)

    def _say(self, kind: str, name: str, what: str, line: int | None) -> None:
        self.counts[kind] += 1
        self._print(kind, name, what, line)

    @staticmethod
    def _print(kind: str, name: str, what: str, line: int | None) -> None:
        # Names and reasons come from files: no control characters may reach a terminal.
        text = f"{name}{f':{line}' if line else ''}: {what}"
        print(f"{kind}: {''.join(c if c.isprintable() else '?' for c in text)}", file=sys.stderr)
