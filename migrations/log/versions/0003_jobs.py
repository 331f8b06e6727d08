"""Jobs: what is to be done because of which event, how far it has got, and how far the log was looked through."""

from migrations.sql import run_files

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0003_jobs.sql")


def downgrade() -> None:
    raise NotImplementedError("without the ledger every mail would be sent again: restore a backup instead")
