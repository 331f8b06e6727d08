"""A job may be done in shares, and tells how far it has got."""

from migrations.sql import run_files

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0006_long_jobs.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
