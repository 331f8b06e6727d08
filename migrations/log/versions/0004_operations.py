"""What operators did: who, when, what, why and with which result."""

from migrations.sql import run_files

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0004_operations.sql")


def downgrade() -> None:
    raise NotImplementedError("a record of what was done is not dropped: restore a backup instead")
