"""What this process knows of conversations it has just saved, so that it need not load them again.

A turn made from it is saved only if the session still has the version it was made from and nothing
waits in the inbox; else the conversation is loaded and stepped anew. Whoever changes a fact that a
turn may see moves the version too (`sql/60_facts.sql`), so nothing here can be out of date unseen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from storage.turns import Loaded, TurnRows, Where

SIZE = 2_000  # conversations
OVER = ("ended", "failed")


class Recent:
    """The conversations last saved here. ``clock`` gives seconds that never go back."""

    def __init__(self, size: int = SIZE, clock: Callable[[], float] = monotonic) -> None:
        self._size, self._clock = size, clock
        self._kept: OrderedDict[UUID, Loaded] = OrderedDict()
        self._database_time: tuple[datetime, float] | None = None

    def saw(self, now: datetime) -> None:
        """The database's clock has just said ``now``; its time is reckoned from there."""
        self._database_time = (now, self._clock())

    def keep(self, loaded: Loaded, rows: TurnRows) -> None:
        """Remember a conversation as ``rows`` have left it."""
        if rows.status in OVER:
            return
        self._kept[loaded.conversation] = loaded._replace(
            data=rows.data, version=rows.version + 1, turn=rows.turn, seq=rows.seq,
            status=rows.status, pending=None,
        )  # fmt: skip
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def take(self, where: Where) -> Loaded | None:
        """The conversation as it was left here, once: the next turn keeps it anew or loads it."""
        loaded = self._kept.pop(where.conversation, None)
        if loaded is None or self._database_time is None or loaded.workspace != where.workspace:
            return None
        then, at = self._database_time
        return loaded._replace(now=then + timedelta(seconds=self._clock() - at))
