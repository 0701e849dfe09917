"""What is kept so that nobody pays twice, and what that saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(Path(__file__).with_suffix(".sql").read_bytes())
