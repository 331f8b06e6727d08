"""Runs a migration's SQL files, so that schema and functions are read as SQL."""

from pathlib import Path

from alembic import op
from sqlalchemy import text


def run_files(migration: str, *names: str) -> None:
    """Runs files that lie beside the migration, in its transaction; a file may hold many statements."""
    connection = op.get_bind()
    connection.execute(text("SELECT 1"))  # begins the transaction that the raw connection then shares
    raw = connection.connection.dbapi_connection
    if raw is None:
        raise RuntimeError("a migration needs a live connection")
    for name in names:
        sql = (Path(migration).parent / name).read_text(encoding="utf-8")
        raw.run_async(lambda driver, sql=sql: driver.execute(sql))
