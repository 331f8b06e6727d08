"""Brings a database to the newest migration; two at once are safe."""

import asyncio
import os
from pathlib import Path
from typing import Literal

import asyncpg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_LOCK = 7203114986
_FOLDER = Path(__file__).parent
Which = Literal["log", "read"]


def migrate(url: str, which: Which) -> None:
    """Applies what is missing, all of it in one transaction. `url`: postgresql://owner:password@host/database."""
    asyncio.run(apply(url, which))


async def apply(url: str, which: Which) -> None:
    """The same, inside a running event loop."""
    # The driver reads the URL, as everywhere else: SQLAlchemy knows neither postgres:// nor ?sslmode=.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade, which)
    finally:
        await engine.dispose()


def upgrade(connection: Connection, which: Which, to: str = "head") -> None:
    """Applies what is missing up to a revision, in the connection's own transaction."""
    # Taken before the version is read: the second of two finds nothing left to do.
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    script = ScriptDirectory(str(_FOLDER / which))
    environment = EnvironmentContext(
        Config(),
        script,
        fn=lambda revision, _: script._upgrade_revs(to, revision),  # noqa: SLF001 - as alembic.command does
    )
    environment.configure(connection=connection)
    environment.run_migrations()


def revisions(which: Which) -> list[str]:
    """Every revision that this code knows, the oldest first."""
    script = ScriptDirectory(str(_FOLDER / which))
    return [each.revision for each in script.walk_revisions()][::-1]


def main() -> None:
    for which in ("log", "read"):
        if url := os.environ.get(f"PALIMPSEST_{which.upper()}_URL"):
            migrate(url, which)


if __name__ == "__main__":
    main()
