"""Conversations are listed by their last activity, known to within ten minutes."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "alter table flyt.conversation_status"
        " add column active_at timestamptz not null default now()"
    )
    op.execute(
        "update flyt.conversation_status c"
        " set active_at = date_bin('10 minutes', s.last_at, '2000-01-01 00:00:00+00')"
        " from flyt.session s"
        " where s.workspace_id = c.workspace_id and s.conversation_id = c.conversation_id"
    )
    op.execute(
        "create index ix_conversation_status_active on flyt.conversation_status"
        " (workspace_id, active_at, conversation_id)"
    )
    op.execute(
        "create index ix_conversation_status_active_by_status on flyt.conversation_status"
        " (workspace_id, status, active_at, conversation_id)"
    )
