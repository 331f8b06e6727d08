"""Replays: generations that are built beside the serving one, how far each build has got, and what audits found."""

from migrations.sql import run_files

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0002_replays.sql")


def downgrade() -> None:
    raise NotImplementedError("the read database is rebuilt from the log, never stepped back")
