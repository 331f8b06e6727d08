"""Trigrams, by which search finds near misses."""

from migrations.sql import run_files

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0003_trigrams.sql")


def downgrade() -> None:
    raise NotImplementedError("the read database is rebuilt from the log, never stepped back")
