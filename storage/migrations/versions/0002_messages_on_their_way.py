"""Messages that wait for sending are found by conversation, and carry what the bot waits for."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("alter table flyt.delivery add column input jsonb")
    op.execute(
        "create index ix_delivery_waiting on flyt.delivery (workspace_id, conversation_id, seq)"
        " where state in ('todo', 'doing')"
    )
