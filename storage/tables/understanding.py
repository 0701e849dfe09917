"""What was learnt of the examples of intents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from storage.tables.base import Owned, in_workspace, json_field, now_field


class TrainedIntents(Owned, table=True):
    """A model of some examples, named by their fingerprint; it can be made again at any time.

    ``report`` says how well the intents can be told apart. ``used_at`` is right to a day.
    """

    __table_args__ = (in_workspace(),)

    fingerprint: str = Field(primary_key=True)
    model: bytes
    report: dict[str, Any] = json_field()
    created_at: datetime = now_field()
    used_at: datetime = now_field()
