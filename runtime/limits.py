"""How often a visitor may call: counted in this process and forgotten with each window."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from runtime.settings import Settings

POSTS_WINDOW, OPENINGS_WINDOW = 10, 60  # seconds
MOST_CALLERS = 100_000  # remembered in one window


class Limit:
    """At most ``most`` calls of each caller in a window of ``seconds``; 0: any number.

    The window is the same for all callers, so forgetting it is one step however many there were.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._counts: dict[Hashable, int] = {}
        self._ends = 0.0

    def pause(self, caller: Hashable) -> int:
        """Counts a call. Answers how many seconds too early it came; 0: it may be served."""
        if not self.most:
            return 0
        now = monotonic()
        if now >= self._ends or len(self._counts) >= MOST_CALLERS:
            self._counts.clear()
            self._ends = now + self.seconds
        count = self._counts[caller] = self._counts.get(caller, 0) + 1
        return 0 if count <= self.most else ceil(self._ends - now)


@dataclass(frozen=True)
class Limits:
    """``posts`` of one conversation, ``openings`` of one address and channel."""

    posts: Limit
    openings: Limit

    @staticmethod
    def of(settings: Settings) -> Limits:
        return Limits(
            Limit(settings.chat_posts, POSTS_WINDOW),
            Limit(settings.chat_openings, OPENINGS_WINDOW),
        )
