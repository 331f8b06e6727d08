"""Jobs that are done at a time: the one that comes next is found at once."""

from migrations.sql import run_files

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0007_timed_jobs.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
