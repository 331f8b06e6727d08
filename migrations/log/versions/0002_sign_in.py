"""Sign-in: signing keys, sessions, API tokens, throttling."""

from migrations.sql import run_files

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0002_sign_in.sql")


def downgrade() -> None:
    raise NotImplementedError("tokens that were given out would stop working: restore a backup instead")
