"""What a conversation tells of a contact: a model proposes, and what its quote proves is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from connectors.ai import grounds, guards
from connectors.llm import Models, Purpose, Request, Said, prompts
from runtime.core.likeness import telling

Kind = Literal["fact", "relation", "promise"]

WITHIN = 45.0  # seconds for the model's word
LONGEST = 2_000  # tokens of its answer
SHOWN = 60  # known notes that it is told
LINE = 1_500  # characters of a message
TEXT = 300  # characters of a note
FAR = timedelta(days=5 * 366)  # nobody promises for a later day


class Spoken(msgspec.Struct, frozen=True):
    """A message with the number it has in its conversation."""

    seq: int
    by: Literal["visitor", "bot", "person"]
    text: str
    at: datetime  # in the visitor's zone, where it is known


class Stands(msgspec.Struct, frozen=True):
    """What is known already."""

    id: UUID
    kind: Kind
    text: str
    topic: str = ""
    due: date | None = None
    open: bool = False  # a promise that is not kept yet


class Talk(msgspec.Struct, frozen=True):
    """A part of a conversation that nobody has read yet; ``before`` helps to understand it."""

    new: tuple[Spoken, ...]
    before: tuple[Spoken, ...] = ()
    known: tuple[Stands, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """Something to note, proved by words of the message ``seq``."""

    kind: Kind
    text: str
    topic: str
    seq: int
    quote: str
    relation: str | None = None
    related: str | None = None
    due: date | None = None
    replaces: UUID | None = None


class Learnt(msgspec.Struct, frozen=True):
    found: tuple[Found, ...] = ()
    kept: tuple[UUID, ...] = ()  # promises


class _Note(msgspec.Struct):
    kind: Kind
    text: str
    topic: str
    line: int
    quote: str
    relation: str
    person: str
    due: str
    replaces: str


class _Kept(msgspec.Struct):
    known: str
    line: int
    quote: str


class _Answer(msgspec.Struct):
    notes: list[_Note]
    kept: list[_Kept]


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_NOTES = _object(
    kind={"type": "string", "enum": ["fact", "relation", "promise"]},
    text=_TEXT,
    topic=_TEXT,
    line=_NUMBER,
    quote=_TEXT,
    relation=_TEXT,
    person=_TEXT,
    due=_TEXT,
    replaces=_TEXT,
)
SCHEMA: Final = _object(
    notes={"type": "array", "items": _NOTES},
    kept={"type": "array", "items": _object(known=_TEXT, line=_NUMBER, quote=_TEXT)},
)


async def learn(models: Models, own: Mapping[str, str], purpose: Purpose, talk: Talk) -> Learnt:
    """Asks a model and proves what it says; ``own`` are the workspace's prompts.

    Raises `NoModel` and `ModelFailed`.
    """
    seen = msgspec.structs.replace(talk, new=_harmless(talk.new), before=_harmless(talk.before))
    if not any(line.by != "bot" for line in seen.new):
        return Learnt()
    said = (Said("system", prompts.text("remember", own)), Said("user", _told(seen)))
    request = Request(
        said,
        purpose,
        strength="cheap",
        schema=SCHEMA,
        longest=LONGEST,
        temperature=0.0,
        deadline=WITHIN,
    )
    reply = await models.ask(request)
    answer = msgspec.convert(reply.data, _Answer)
    proof = _Proof(seen)
    return Learnt(tuple(proof.notes(answer.notes)), tuple(proof.kept(answer.kept)))


# --- What a model sees ------------------------------------------------------------------------

_SECRET: Final = re.compile(
    r"pass ?(?:word|code|phrase)|passord|lösenord|парол|\bpin(?:[- ]?kode?|[- ]?code)?\b"
    r"|п[іи]н[- ]?код|\bcv[cv]2?\b|security code|sikkerhetskode|säkerhetskod"
    r"|\b(?:api|secret)[- _]?key"
    r"|(?=\S*\d)(?=\S*[A-Za-z])[\w-]{24,}",
    re.IGNORECASE,
)
_SIGN: Final = re.compile(r"\[(?:card|account|person|e-mail|phone) \d+\]")


def _harmless(lines: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """Without messages that carry secrets or give orders; numbers and addresses masked."""
    kept = (
        msgspec.structs.replace(
            line, text=" ".join(guards.masked(guards.visible(line.text)[:LINE]).text.split())
        )
        for line in lines
        if not _SECRET.search(line.text) and not guards.gives_orders(line.text)
    )
    return tuple(line for line in kept if line.text)


def _told(talk: Talk) -> str:
    parts = {
        "known": _known(talk.known[:SHOWN]),
        "before": map(_line, talk.before),
        "conversation": map(_line, talk.new),
    }
    lines = {name: "\n".join(told) for name, told in parts.items()}
    return "\n\n".join(f"<{name}>\n{told}\n</{name}>" for name, told in lines.items() if told)


def _known(known: Sequence[Stands]) -> Iterator[str]:
    for number, one in enumerate(known, 1):
        about = ", ".join(filter(None, (one.kind, one.topic, one.due and f"due {one.due}")))
        yield f"k{number} ({guards.as_data(about)}): {guards.as_data(one.text)}"


def _line(line: Spoken) -> str:
    return f"[{line.seq}] {line.at:%a %Y-%m-%d} {line.by}: {guards.as_data(line.text)}"


# --- What is taken of its answer --------------------------------------------------------------


class _Proof:
    def __init__(self, talk: Talk) -> None:
        self._lines = {line.seq: line for line in talk.new}
        self._around = [*talk.before, *talk.new]
        self._known = {f"k{number}": one for number, one in enumerate(talk.known[:SHOWN], 1)}

    def notes(self, given: Sequence[_Note]) -> Iterator[Found]:
        for note in given:
            if found := self._noted(note):
                yield found

    def kept(self, given: Sequence[_Kept]) -> Iterator[UUID]:
        for one in given:
            promise, line = self._known.get(one.known), self._lines.get(one.line)
            proved = line is not None and grounds.stands_in(one.quote, line.text)
            if promise is not None and promise.open and proved:
                yield promise.id

    def _noted(self, note: _Note) -> Found | None:
        """None for what nobody said who could know."""
        line = self._lines.get(note.line)
        if line is None or (line.by == "visitor") == (note.kind == "promise"):
            return None
        text, quote = " ".join(note.text.split()), " ".join(note.quote.split())
        due = _due(note.due, line) if note.kind == "promise" else None
        if not grounds.stands_in(quote, line.text) or not self._says(text, line, due):
            return None
        relation = " ".join(note.relation.split())[:60] if note.kind == "relation" else ""
        person = " ".join(note.person.split())[:100]
        named = bool(relation) and grounds.holds(person, line.text) and not _SIGN.search(person)
        replaced = self._known.get(note.replaces)
        return Found(
            kind="fact" if note.kind == "relation" and not named else note.kind,
            text=text,
            topic=" ".join(note.topic.casefold().split())[:60],
            seq=line.seq,
            quote=quote,
            relation=relation if named else None,
            related=person if named else None,
            due=due,
            replaces=replaced.id if replaced else None,
        )

    def _says(self, text: str, line: Spoken, due: date | None) -> bool:
        """Whether a sentence tells nothing that the message and the one it answers do not."""
        place = next(n for n, one in enumerate(self._around) if one.seq == line.seq)
        near = [one.text for one in self._around[max(0, place - 1) : place + 1]]
        known = [*near, f"{line.at:%d.%m.%Y} {due or line.at:%d.%m.%Y}"]
        return (
            0 < len(text) <= TEXT
            and not _SIGN.search(text)
            and not guards.gives_orders(text)
            and bool(set(telling(text)) & {word for one in near for word in telling(one)})
            and not grounds.unknown_number(text, known)
            and not grounds.unknown_address(text, known)
        )


def _due(given: str, line: Spoken) -> date | None:
    """A day after the promise and within reach; a model that can't count gives none."""
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        return None
    return day if line.at.date() <= day <= line.at.date() + FAR else None
