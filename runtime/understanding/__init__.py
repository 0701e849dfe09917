"""What visitors' words mean to a bot, for whoever takes turns; the core says when it `needs` it."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from runtime.core.contract import Understood
from runtime.core.release import Release
from runtime.core.understanding import Understanding


class Understander(Protocol):
    async def understand(
        self, workspace: UUID, conversation: UUID | None, release: Release, wanted: Understanding
    ) -> Understood | None:
        """None where nothing could tell what is meant. Raises nothing of its own."""
        ...
