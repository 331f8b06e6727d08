"""Tells read models that have seen nothing yet of the epoch in which they begin."""

from typing import Any

_HAVE_ROWS = "SELECT DISTINCT model FROM projection.checkpoints WHERE sequence > 0 ORDER BY model"
_BEGIN = "UPDATE projection.checkpoints SET epoch = $1 WHERE sequence = 0"


class ReadersAhead(Exception):  # noqa: N818 - named for the fact
    """The read database was folded from another log."""


async def require_fresh_readers(connection: Any) -> None:
    """Raises ReadersAhead when a read model has rows of a log that is not here."""
    if models := [row["model"] for row in await connection.fetch(_HAVE_ROWS)]:
        raise ReadersAhead(f"{', '.join(models)} were folded from another log; take a fresh read database")


async def begin_epoch(connection: Any, epoch: int) -> None:
    await connection.execute(_BEGIN, epoch)
