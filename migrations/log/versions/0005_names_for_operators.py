"""Operators find a stream by a name that it holds."""

from migrations.sql import run_files

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0005_names_for_operators.sql")


def downgrade() -> None:
    raise NotImplementedError("the log is never stepped back: restore a backup instead")
