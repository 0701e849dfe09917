"""Collections may be confidential: only models marked local see what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(Path(__file__).with_suffix(".sql").read_bytes())
