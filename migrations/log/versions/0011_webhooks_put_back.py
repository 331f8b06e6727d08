"""What waits for webhooks can be put back before the webhooks, as a restore does."""

from migrations.sql import run_files

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0011_webhooks_put_back.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
