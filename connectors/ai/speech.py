"""What a model says in plain words, sentence by sentence, each shown once all so far is fine. Pure.

A model may say something and then call a tool, and its last words may be what it gives a tool. To
the visitor that is one text; a sentence that is said both ways is said once.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from connectors.ai import grounds, guards
from connectors.llm import Piece
from connectors.llm.failures import storable


class Speech:
    """``wrong`` tells what is wrong with a text, ``shown`` is how a fine one is shown.

    ``last`` is the tool that is given the last words.
    """

    def __init__(
        self, wrong: Callable[[str], str | None], shown: Callable[[str], str], last: str
    ) -> None:
        self._check, self._show = wrong, shown
        self._last, self._given = last, _Given()
        self._open = ""  # what is not a whole sentence yet
        self._said: list[str] = []
        self._before: set[str] | None = None  # sentences said before the last words,
        self._earlier = 0  # and how many there are
        self.wrong: str | None = None  # with what came then, which is kept back like all after it

    @property
    def said(self) -> str:
        """As the model wrote it."""
        return "".join(self._said)

    @property
    def text(self) -> str:
        """As the visitor reads it."""
        return "".join(map(self._show, self._said)).strip()

    def feed(self, piece: Piece) -> Iterator[tuple[int, str]]:
        call = piece.call
        if call is not None and call.name == self._last:
            yield from self._finish(self._given.feed(call.place, call.text))
        elif piece.text:
            yield from self._take(piece.text)

    def end(self, last: str | None = None) -> None:
        """All is there; ``last`` are the last words in full. None: it goes on, without them."""
        if last is not None:
            deque(self._finish(self._given.rest(last)), 0)
        elif self._before is not None:
            self._said, self._open = self._said[: self._earlier], ""
        deque(self._whole(self._open), 0)
        self._open = ""

    def _finish(self, text: str) -> Iterator[tuple[int, str]]:
        """Last words begin a new paragraph."""
        if text and self._before is None:
            yield from self._whole(self._open)
            self._before = {grounds.plain(one) for one in self._said}
            self._earlier = len(self._said)
            self._open = "\n\n" if self._said else ""
        yield from self._take(text)

    def _take(self, text: str) -> Iterator[tuple[int, str]]:
        self._open += guards.visible(storable(text))
        while found := _END.search(self._open):
            sentence, self._open = self._open[: found.end()], self._open[found.end() :]
            yield from self._whole(sentence)

    def _whole(self, sentence: str) -> Iterator[tuple[int, str]]:
        sentence = (sentence if self._said else sentence.lstrip()).rstrip()
        if not sentence.strip() or (self._before and grounds.plain(sentence) in self._before):
            return
        self.wrong = self.wrong or self._check(self.said + sentence)
        if self.wrong is None:
            self._said.append(sentence)
            yield len(self._said) - 1, self._show(sentence)


_END: Final = re.compile(
    r"""
    [.!?…][*_"'”»)]*(?:\s*\[\d{1,3}\](?!\())*(?=\s+[^\s\[])  # with the marks of its sources
    | \S(?=[^\S\n]*\n\s*[^\s\[])
    """,
    re.VERBOSE,
)


class _Given:
    """The words in ``{"text": "…"}`` while it is being written; of the first call that is made."""

    def __init__(self) -> None:
        self._place: int | None = None
        self._json = self._read = ""

    def feed(self, place: int, text: str) -> str:
        """The words that are new."""
        if self._place is None:
            self._place = place
        if place != self._place:
            return ""
        self._json += text
        found = _TEXT.match(self._json)
        if found is None:
            return ""
        return self.rest(json.loads(f'"{found[1]}"', strict=False))

    def rest(self, whole: str) -> str:
        if not whole.startswith(self._read):
            return ""
        new, self._read = whole[len(self._read) :], whole
        return new


_TEXT: Final = re.compile(
    r'\s*\{\s*"text"\s*:\s*"((?:[^"\\]|\\["\\/bfnrt]|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w'
    r"|\\u(?![dD][89abAB])[0-9a-fA-F]{4})*)"
)
