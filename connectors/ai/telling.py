"""A model's words on their way to the visitor: whole sentences, as soon as they are proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from connectors.ai import Tell
from connectors.llm import ModelFailed, Models, Piece, Reply, Request


class Words(Protocol):
    """An answer that is being written."""

    def feed(self, piece: Piece) -> Iterable[tuple[int, str]]:
        """The sentences, by their number from 0, that may be shown from now on."""
        ...


W = TypeVar("W", bound=Words)


@dataclass
class Telling:
    """Of one call of a handler, whose model may be asked more than once."""

    models: Models
    progress: Tell
    key: str
    _began: int = field(default=-1, init=False)  # the last attempt that the visitor may have seen

    async def told(self, request: Request, begin: Callable[[], W]) -> tuple[Reply, W]:
        """The whole reply, after its sentences were told; with the words as they came.

        Raises `NoModel` and `ModelFailed`.
        """
        words, attempt, first = begin(), 0, self._began + 1
        reply: Reply | None = None
        async with aclosing(self.models.stream(request)) as pieces:
            async for piece in pieces:
                if piece.attempt > attempt:
                    words, attempt = begin(), piece.attempt
                for number, sentence in words.feed(piece):
                    self._began = first + attempt
                    await self.progress.token(self.key, self._began, number, sentence)
                reply = piece.reply or reply
        if reply is None:
            raise ModelFailed("cut", "the model stopped in the middle of its answer")
        return reply, words
