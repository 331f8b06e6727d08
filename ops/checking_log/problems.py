"""What was found wrong with a log."""


class TooMany(Exception):  # noqa: N818 - named for the fact
    """Enough was found: looking further would say nothing new."""


class Problems:
    """In the order they were found, up to a limit."""

    def __init__(self, most: int = 20) -> None:
        self.found: list[str] = []
        self._most = most

    def add(self, problem: str) -> None:
        """Notes a problem, in words that name a place and no contents.

        Raises:
            TooMany: as many as are wanted have been found.
        """
        self.found.append(problem)
        if len(self.found) >= self._most:
            raise TooMany
