"""Small questions to the cheap model beside a larger one; what it leaves open is gone without."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from connectors.ai import HouseRules
from connectors.llm import ModelFailed, Models, NoModel, Purpose, Reply, Request, Said, prompts

log = logging.getLogger("flyt.ai")

WITHIN = 5.0  # seconds for one of them


@dataclass(frozen=True)
class Aside:
    """``until`` is when the larger question must be answered, by the loop's clock."""

    models: Models
    house: HouseRules
    purpose: Purpose
    until: float

    @property
    def left(self) -> float:
        """Seconds until then."""
        return self.until - asyncio.get_running_loop().time()

    async def ask(
        self,
        name: str,
        told: str,
        schema: dict[str, Any] | None = None,
        *,
        longest: int = 200,
        confidential: bool = False,
    ) -> Reply | None:
        """The answer to the prompt of this name; None where there is none in time."""
        said = (Said("system", prompts.text(name, self.house.prompts)), Said("user", told))
        within = min(WITHIN, self.left)
        private = self.purpose.confidential or confidential
        request = Request(
            said,
            replace(self.purpose, confidential=private),
            strength="cheap",
            schema=schema,
            longest=longest,
            temperature=0.0,
            deadline=within,
        )
        try:
            async with asyncio.timeout(within):
                return await self.models.ask(request)
        except (NoModel, ModelFailed, TimeoutError) as error:
            log.info("effect %s goes on without %s: %s", self.purpose.key, name, error)
            return None
