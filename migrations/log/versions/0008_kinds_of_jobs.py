"""Jobs about somebody, of the timetable, in queues; and what the clock may clear away."""

from migrations.sql import run_files

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0008_kinds_of_jobs.sql", "0008_chores.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
