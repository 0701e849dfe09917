"""Lines of the log say how grave they are."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        "alter table flyt.log add column level text not null default 'info'"
        " constraint ck_log_level check (level in ('info', 'warning', 'error'))"
    )
    op.execute("update flyt.log set level = 'error' where type = 'error'")
    # What is grave is rare: the many lines of every message cost nothing here.
    op.execute(
        "create index ix_log_grave on flyt.log (workspace_id, level, id) where level <> 'info'"
    )
