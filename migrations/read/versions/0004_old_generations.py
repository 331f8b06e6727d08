"""Generations that nobody has read for long are dropped by the clock."""

from migrations.sql import run_files

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0004_old_generations.sql")


def downgrade() -> None:
    raise NotImplementedError("the read database is rebuilt from the log, never stepped back")
