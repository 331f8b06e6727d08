"""The event log: events, claims, secrets, personal keys, idempotency, and the functions that write them."""

from migrations.sql import run_files

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_files(__file__, "0001_event_log.sql", "0001_append_group.sql", "0001_functions.sql", "0001_grants.sql")


def downgrade() -> None:
    raise NotImplementedError("stored events are never dropped: restore a backup instead")
