"""From what a model says to what a visitor reads: each statement is proved, or left out. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from connectors.ai import grounds, guards
from connectors.ai.passages import said_in
from runtime.core.contract import Citation
from runtime.core.effects.knowledge import Passage

CITED = 300  # characters of a citation's own words

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["outcome", "rule", "certainty", "statements"],
    "properties": {
        "outcome": {"type": "string", "enum": ["answer", "not_found", "off_topic", "rule"]},
        "rule": {"type": "string"},
        "certainty": {"type": "number"},
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "sources"],
                "properties": {
                    "text": {"type": "string"},
                    "sources": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["passage", "quote"],
                            "properties": {
                                "passage": {"type": "integer"},
                                "quote": {"type": "string"},
                            },
                        },
                    },
                },
            },
        },
    },
}


class Source(msgspec.Struct, frozen=True):
    passage: int
    quote: str


class Statement(msgspec.Struct, frozen=True):
    text: str
    sources: tuple[Source, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What the model says, as `SCHEMA` has it."""

    outcome: str
    rule: str = ""
    certainty: float = 0.0
    statements: tuple[Statement, ...] = ()


class Unfinished:
    """A streamed answer, as far as it is there."""

    def __init__(self) -> None:
        self._text, self._place = "", 0
        self.head: Answer | None = None  # without its statements, once it is there

    def feed(self, text: str) -> list[Statement]:
        """The statements that are complete since the last time."""
        self._text += text
        if self.head is None and (head := _HEAD.search(self._text)):
            self.head = Answer(head[1], head[2], float(head[3]))
            self._place = head.end()
        return [] if self.head is None else list(self._complete())

    def _complete(self) -> Iterator[Statement]:
        while True:
            begin = self._text.find("{", self._place)
            if begin < 0:
                return
            try:
                found, self._place = _DECODER.raw_decode(self._text, begin)
                yield msgspec.convert(found, Statement)
            except json.JSONDecodeError:
                return
            except msgspec.ValidationError:
                continue


_DECODER = json.JSONDecoder()
_HEAD = re.compile(
    r'"outcome"\s*:\s*"(\w+)"\s*,\s*"rule"\s*:\s*"([^"\\]*)"\s*,\s*"certainty"\s*:\s*'
    r'(\d(?:\.\d+)?)\s*,\s*"statements"\s*:\s*\['
)


class Draft:
    """Proves statements one after the other and numbers their sources as they are first named.

    Numbers of what was ``asked`` may be repeated, unless it is about money. ``secret`` is what only
    the model was told. ``dropped`` says why statements are left out.
    """

    def __init__(self, passages: Sequence[Passage], asked: str, secret: str) -> None:
        self._passages, self._asked, self._secret = passages, asked, secret
        self._numbers: dict[tuple[str, str, int | None], int] = {}
        self.citations: list[Citation] = []
        self.sentences: list[str] = []
        self.used: list[Passage] = []
        self.dropped: list[str] = []

    @property
    def seen(self) -> int:
        """How many statements were looked at."""
        return len(self.sentences) + len(self.dropped)

    def add(self, statement: Statement) -> str | None:
        """The statement as it is shown, with its marks; None: it is not."""
        text = guards.visible(statement.text).strip()
        proofs = [source for source in statement.sources if self._proves(source)]
        if wrong := self._wrong(text, proofs):
            self.dropped.append(wrong)
            return None
        marks = dict.fromkeys(self._cite(source) for source in proofs)
        shown = f"{_without_marks(text)} {''.join(f'[{number}]' for number in marks)}".strip()
        self.sentences.append(shown)
        return shown

    @property
    def text(self) -> str:
        """Items of lists on lines of their own, other statements in a row."""
        whole = ""
        for one in self.sentences:
            listed = bool(_ITEM.match(one))
            whole += (("\n" if listed else " ") if whole else "") + one
        return whole

    def _proves(self, source: Source) -> bool:
        if not 1 <= source.passage <= len(self._passages):
            return False
        return grounds.stands_in(source.quote, said_in(self._passages[source.passage - 1]))

    def _wrong(self, text: str, proofs: Sequence[Source]) -> str | None:
        """Why a statement may not be shown."""
        if not text:
            return "an empty statement"
        if not proofs:
            return "a statement without a quote that stands in its passage"
        sources = [said_in(self._passages[source.passage - 1]) for source in proofs]
        known = sources if grounds.is_money(text) else [*sources, self._asked]
        if grounds.unknown_number(text, known):
            return "a number that stands in no passage it names"
        if grounds.unknown_sign(text, sources) or grounds.unknown_month(text, sources):
            return "a currency or month that stands in no passage it names"
        if grounds.unknown_address(text, sources):
            return "an address that stands in no passage it names"
        if guards.promises(text) and not any(map(guards.promises, sources)):
            return PROMISED
        if guards.gives_orders(text) or guards.tells(text, self._secret):
            return "words that only the model was told"
        return None

    def _cite(self, source: Source) -> int:
        one = self._passages[source.passage - 1]
        place = (one.document_id, one.title, one.page)
        if place not in self._numbers:
            number = self._numbers[place] = len(self._numbers) + 1
            self.citations.append(cited(number, one, source.quote))
            self.used.append(one)
        return self._numbers[place]


PROMISED = "a promise that no passage makes"

_ITEM = re.compile(r"(?:[-*+]|\d{1,2}[.)])\s")
_OWN_MARKS = re.compile(r"\s*\[\d{1,2}\](?!\()")


def _without_marks(text: str) -> str:
    return _OWN_MARKS.sub("", text)


def cited(number: int, one: Passage, words: str = "") -> Citation:
    """A passage as a source; ``words`` are those of it that matter."""
    said = (words or one.text).strip()[:CITED]
    return Citation(number, one.title, said, one.page, one.url, one.confidential)
