"""Addresses that are refused, notices of comments within an hour, and when jobs failed."""

from migrations.sql import run_files

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0010_mails.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
