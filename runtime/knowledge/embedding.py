"""Which embedder a collection's vectors are made by, also for questions.

Embedders are loaded when they are first used: most processes never need one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from connectors.knowledge import Embedder
from connectors.llm import Models, Purpose
from storage.knowledge.search import EmbedQuestion

if TYPE_CHECKING:
    from connectors.knowledge.embedders import Offered

log = logging.getLogger("flyt.knowledge")


class Embedders:
    """Embedders by name, for a workspace that pays for those asked of a model.

    ``models`` belongs to the running ``loop``; without it only those of this machine can be used.
    """

    def __init__(
        self, models: Models | None = None, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._models, self._loop = models, loop

    def of(
        self,
        workspace: UUID,
        name: str,
        purpose: str = "knowledge.embed",
        *,
        confidential: bool = False,
    ) -> Embedder:
        """Raises `LookupError` for one that can't be used; the message gives the mend.

        ``confidential``: a model is asked only if it is marked local.
        """
        from connectors.knowledge import embedders  # noqa: PLC0415
        from connectors.knowledge.embedders import remote  # noqa: PLC0415

        asked = remote.model_of(name)
        if asked is None:
            return embedders.embedder(name)
        if self._models is None:
            raise embedders.NoEmbedder(
                f"no model provider is set up that could make vectors by {asked[0]}"
            )
        told = Purpose(purpose, workspace, confidential=confidential)
        return remote.RemoteEmbedder(self._models, told, *asked, self._loop)

    def offered(self, chosen: Mapping[str, Any]) -> Sequence[Offered]:
        """Those of this machine, and the embedding model ``chosen`` in the workspace's setup."""
        from connectors.knowledge import embedders  # noqa: PLC0415
        from connectors.knowledge.embedders import remote  # noqa: PLC0415

        if not chosen.get("model") or not chosen.get("size"):
            return embedders.offered()
        model, size = str(chosen["model"]), int(chosen["size"])
        asked = embedders.Offered(
            name=remote.name_of(model, size),
            label=f"{model}, of your provider",
            size=size,
            languages=(embedders.EVERY,),
            semantic=True,
            available=self._models is not None,
            note=(
                "Finds what means the same in other words, in the languages this model knows."
                " Passages and questions are sent to its provider, and counted like other calls."
            ),
        )
        return (asked, *embedders.offered())

    def default(self) -> str:
        """The name for a new collection."""
        from connectors.knowledge import embedders  # noqa: PLC0415

        return embedders.default()

    def for_questions(self, workspace: UUID, *, confidential: bool = False) -> EmbedQuestion:
        """To be called in a thread. None instead of a vector where words alone must do."""

        def embed(name: str, question: str) -> Sequence[float] | None:
            try:
                embedder = self.of(workspace, name, "knowledge.search", confidential=confidential)
                return embedder.embed([question])[0]
            except Exception as error:
                log.warning("a question goes by its words alone: %s: %s", name, error)
                return None

        return embed
