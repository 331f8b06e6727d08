"""The read database's own bookkeeping. Read models' tables are not here: generations make them."""

from migrations.sql import run_files

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0001_read_side.sql")


def downgrade() -> None:
    raise NotImplementedError("the read database is rebuilt from the log, never stepped back")
