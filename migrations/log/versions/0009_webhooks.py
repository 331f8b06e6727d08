"""Webhooks: what waits to be told to which address, how far the log was looked through for it, what was sent."""

from migrations.sql import run_files

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0009_webhooks.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
