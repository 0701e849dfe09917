"""The vocabulary every node speaks: events in, outcomes out. No I/O here.

Events, outcomes and sessions are msgspec values, because one turn makes and serialises dozens of
them; nodes are frozen Pydantic models, because their class is also their form and their check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.effects import Effect
from runtime.core.translations import translated

if TYPE_CHECKING:
    from runtime.core.document import Flow


class Value(Struct, frozen=True, omit_defaults=True, gc=False):
    """An immutable value; what equals its default is left out of its JSON.

    Values hold what was there before them, so they can't form a cycle: nothing for the collector.
    """


# --- What is said ---------------------------------------------------------------------------


class File(Value, frozen=True):
    """A stored file as the conversation sees it; the bytes stay in the file store."""

    id: str
    name: str
    type: str
    size: int  # bytes


MessageType = Literal["text", "image", "video", "audio", "file", "cards", "embed"]


class Citation(Value, frozen=True):
    """Where a statement comes from; the text refers to it as ``[number]``."""

    number: int
    title: str
    text: str = ""  # the very words
    page: int | None = None
    url: str | None = None
    confidential: bool = False  # of a confidential collection: only local models may read it again


class Message(Value, frozen=True):
    """One thing said, by bot, visitor or agent. ``text`` is Markdown unless the visitor speaks.

    ``name`` is an agent's, as the visitor sees it; empty where they have given none.
    """

    text: str = ""
    type: MessageType = "text"
    url: str | None = None
    files: tuple[File, ...] = ()
    cards: tuple[dict[str, Any], ...] = ()
    name: str | None = None
    citations: tuple[Citation, ...] = ()


class Option(Value, frozen=True):
    """A button the visitor may press. ``value`` is what is stored: free of language."""

    id: str
    label: str
    value: Any = None
    image: str | None = None


InputType = Literal[
    "text", "number", "email", "phone", "url", "date", "time", "choice", "confirm", "rating",
    "file", "form",
]  # fmt: skip


FormType = Literal[
    "text", "number", "email", "phone", "url", "date", "time", "choice", "confirm"
]  # fmt: skip


class FormField(Value, frozen=True):
    """One field of a form; ``variable`` is its name in the answer."""

    variable: str
    type: FormType
    label: str
    required: bool = False
    options: tuple[Option, ...] = ()


class Input(Value, frozen=True):
    """What a waiting node would like from the visitor, for the channel to draw.

    ``token`` is filled in by the interpreter: an answer that carries another one is stale.
    """

    type: InputType
    options: tuple[Option, ...] = ()
    multiple: bool = False
    placeholder: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    style: Literal["stars", "numbers", "smileys"] | None = None  # of a rating
    accept: tuple[str, ...] = ()  # media types of files, as browsers write them; none: any
    largest: int | None = None  # bytes of one file
    fields: tuple[FormField, ...] = ()  # of a form
    earliest: str | None = None  # of a date, 2026-03-05, or a time, 17:30
    latest: str | None = None
    token: str = ""


class Called(Value, frozen=True):
    """An option by its id, and what it is called, its label first."""

    id: str
    names: tuple[str, ...]


class Choosing(Value, frozen=True):
    """A question whose options a model may choose from, where no rule reads a visitor's words.

    ``node`` and ``token`` are filled in by the interpreter.
    """

    question: str
    options: tuple[Called, ...]
    multiple: bool = False
    node: str = ""
    token: str = ""


# --- Events: what can happen to a conversation ----------------------------------------------


class Event(Value, frozen=True, tag_field="kind"):
    """Something that happened. ``token`` names the wait it answers, where it answers one."""


class Started(Event, frozen=True, tag="started"):
    """The conversation opens, or a person starts ``flow`` by hand with ``inputs``."""

    flow: str | None = None
    inputs: dict[str, Any] = {}


class Guess(Value, frozen=True):
    """A flow that words may mean, and how sure that is, from 0 to 1."""

    flow: str
    score: float


class Picked(Value, frozen=True):
    """The options, by id, that a model takes words to mean; none where it knew none.

    It holds for the question that waits under ``token`` and for no other.
    """

    token: str
    options: tuple[str, ...] = ()
    score: float = 0.0  # how sure, from 0 to 1
    by: str = ""  # the model


class Understood(Value, frozen=True):
    """What words mean, told from the examples of the bot's intents.

    ``flow`` is None where none of them is meant surely enough. ``clear``: so surely that even an
    answer in free words may be interrupted. ``picked`` is there where a model was to say which
    options of a question are meant.
    """

    flow: str | None
    score: float = 0.0
    clear: bool = False
    ranking: tuple[Guess, ...] = ()  # the best first, a few
    by: str = ""  # what told it: an embedder, or a model
    picked: Picked | None = None


class UserSaid(Event, frozen=True, tag="user_said"):
    """The visitor wrote ``text``; ``value`` is what a typed control sent (a number, a date).

    ``early`` marks what was written before the bot asked: a question takes it only if it is
    valid at the first try. ``understood`` is added by the shell where the core `needs` it.
    """

    text: str
    value: Any = None
    token: str | None = None
    early: bool = False
    understood: Understood | None = None


class Chosen(Event, frozen=True, tag="chosen"):
    """The visitor pressed buttons, named by option id."""

    ids: tuple[str, ...]
    token: str | None = None


class Uploaded(Event, frozen=True, tag="uploaded"):
    files: tuple[File, ...]
    text: str = ""
    token: str | None = None


class TimedOut(Event, frozen=True, tag="timed_out"):
    """The timer in ``slot`` is due. A stale ``token`` changes nothing."""

    slot: str
    token: str


class EffectDone(Event, frozen=True, tag="effect_done"):
    token: str
    result: Any = None


class EffectFailed(Event, frozen=True, tag="effect_failed"):
    """``error`` is a kind a flow can branch on (``timeout``, ``client_error`` …)."""

    token: str
    error: str
    message: str = ""


class Signal(Event, frozen=True, tag="signal"):
    """A person or another system answered: by ``token`` (an approval, a webhook), by ``node``
    (a link made before its node waits) or by ``name`` (an event a flow waits for).
    """

    name: str | None = None
    node: str | None = None
    token: str | None = None
    data: Any = None


class Returned(Event, frozen=True, tag="returned"):
    """The sub-flow that this frame called came back.

    ``result`` is what its `End` gave, ``outputs`` the values of its declared outputs.
    """

    result: Any = None
    outputs: dict[str, Any] = {}


class TakenOver(Event, frozen=True, tag="taken_over"):
    """A person owns the conversation from now on; no node runs until it is handed back."""

    agent: str
    name: str = ""  # as the visitor sees it


class PersonSaid(Event, frozen=True, tag="person_said"):
    """A person wrote ``text`` or sent ``files``, or both; unless another owns the conversation, it
    is theirs from now on.
    """

    agent: str
    text: str
    name: str = ""
    files: tuple[File, ...] = ()

    def message(self) -> Message:
        """What the visitor sees of it."""
        kind: MessageType = "file" if self.files else "text"
        return Message(self.text, kind, files=self.files, name=self.name)


class HandedBack(Event, frozen=True, tag="handed_back"):
    pass


class Closed(Event, frozen=True, tag="closed"):
    """A person ends the conversation."""


AnyEvent = (
    Started | UserSaid | Chosen | Uploaded | TimedOut | EffectDone | EffectFailed
    | Signal | Returned | TakenOver | PersonSaid | HandedBack | Closed
)  # fmt: skip

VISITOR_EVENTS = (UserSaid, Chosen, Uploaded)


# --- Outcomes: what a node may answer -------------------------------------------------------

Says = tuple[Message, ...]


class Outcome(Value, frozen=True, kw_only=True):
    """What is said, set and emitted, plus exactly one control decision: the subclass.

    ``keep`` is what the node wants to know when it is woken again: plain JSON values that only it
    sees, and that are gone once another node runs in its place. They count for the session's size.
    ``takes``: it is made of the visitor's latest words, so that no later node does it again.
    """

    say: Says = ()
    set: dict[str, Any] = {}
    emit: tuple[Effect, ...] = ()  # nobody waits for these
    note: str = ""  # why, for colleagues who read the path of the conversation
    keep: dict[str, Any] | None = None
    takes: bool = False


class Next(Outcome, frozen=True):
    """Go on through ``port``."""

    port: str = "next"


class Goto(Outcome, frozen=True):
    """Go on at another node of the same flow."""

    node: str


class Wait(Outcome, frozen=True):
    """Pause until a reply, a signal or a moment; ``until`` is when ``TimedOut`` comes.

    ``afresh``: something else is asked for now, so attempts are counted from here.
    """

    on: Literal["reply", "signal", "time"]
    until: datetime | None = None
    name: str | None = None  # the event waited for, where ``on`` is "signal"
    afresh: bool = False


class Perform(Outcome, frozen=True):
    """Have one effect performed and wake this node with its result."""

    effect: Effect


class Call(Outcome, frozen=True):
    """Run another flow and wake this node with ``Returned``."""

    flow: str
    args: dict[str, Any] = {}


class Each(Outcome, frozen=True):
    """Run what the ``each`` edge leads to once per item, then go on through ``done``."""

    item: str
    items: tuple[Any, ...]


class HandOver(Outcome, frozen=True):
    """Give the conversation to people; the node wakes with ``HandedBack``."""

    team: str | None = None
    summary: str = ""


RepairAction = Literal[
    "resume", "cancel", "back", "correct", "repeat", "skip", "restart", "language"
]


class Repair(Outcome, frozen=True):
    """In a digression: act on the frame below. ``variable`` names what to correct."""

    action: RepairAction
    variable: str | None = None


class End(Outcome, frozen=True):
    """Leave this flow with ``result``."""

    result: Any = None


class Fail(Outcome, frozen=True):
    """An expected failure: goes to the ``error`` edge, or climbs to the error trigger."""

    kind: str
    reason: str


AnyOutcome = Next | Goto | Wait | Perform | Call | Each | HandOver | Repair | End | Fail


# --- What a node may look at ----------------------------------------------------------------


class Facts(Value, frozen=True, dict=True, gc=True):
    """The world as one snapshot of the database showed it when the turn was loaded.

    ``contact``, ``channel`` and ``attributes`` (of the conversation: page, campaign …) are plain
    JSON objects; expressions read them as ``contact.name``, ``channel.kind``,
    ``conversation.page``. ``turn`` is the number this turn will have.
    """

    conversation: str
    turn: int = 1
    contact: dict[str, Any] = {}
    channel: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    locale: str | None = None  # the visitor's, as the channel reported it (BCP 47)
    timezone: str = "UTC"  # IANA; contact's, else brand's, else workspace's
    home: str | None = None  # IANA; brand's, else workspace's

    @cached_property
    def world(self) -> dict[str, Any]:
        """The facts by the names that expressions use."""
        conversation = {"id": self.conversation, "turn": self.turn, "locale": self.locale}
        return {
            "contact": self.contact,
            "channel": self.channel,
            "conversation": self.attributes | conversation,
        }


class Context(Struct, dict=True):
    """Everything a node may look at. Made anew for each visit; holds no reference to a clock."""

    scopes: Sequence[Mapping[str, Any]]  # of variables, innermost first
    now: datetime  # aware, UTC
    facts: Facts
    language: str = "en"  # of the bot's texts for this visitor
    attempt: int = 0  # how often this node was woken since it was entered
    position: int = 0  # of this visit in the turn
    place: tuple[str, str, str] = ("", "", "")  # bot, flow and node: the same in all versions
    said: str = ""  # the visitor's latest words; none where they pressed a button
    taken: bool = False  # those words were the answer to a question, or were answered
    kept: dict[str, Any] | None = None  # what this node kept; expressions do not see it

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a variable, or of the facts ``contact``, ``conversation``, ``channel``."""
        for scope in self.scopes:
            if name in scope:
                return scope[name]
        return self.facts.world.get(name, default)

    @cached_property
    def random(self) -> Random:
        """The same numbers for the same conversation, turn and visit."""
        return Random(f"{self.facts.conversation}:{self.facts.turn}:{self.position}")


# --- The node -------------------------------------------------------------------------------

Group = Literal["talk", "ask", "logic", "ai", "do", "people"]
PortKind = Literal["usual", "branch", "no_reply", "invalid", "cancelled", "error"]


class Port(Value, frozen=True):
    """A way out of a node. ``kind`` lets the card fold what is rarely used."""

    id: str
    label: str
    kind: PortKind = "usual"


class Way(Value, frozen=True):
    """Ports as data, so that card, panel and Python read the same declaration.

    Either one fixed port (``id``), or one port per item of the list field ``each`` (``a.b``: per
    item of ``b`` of each item of ``a``), labelled by the item's ``label`` field, or by its id where
    that is not filled in. Items with the field ``lacking`` have none. ``unless`` names a boolean
    field that switches them off, ``when`` a field that must be set.
    """

    id: str | None = None
    label: str = ""
    kind: PortKind = "usual"
    each: str | None = None
    lacking: str | None = None
    unless: str | None = None
    when: str | None = None


NEXT = Way(id="next", label="Next")


class OneOf(Value, frozen=True):
    """Exactly one of these fields is filled in; the panel offers them under ``title``.

    ``also`` names, for one of them, the fields that may be filled in beside it, and what the
    panel calls those there.
    """

    title: str
    fields: dict[str, str]  # field -> what the panel calls this way
    also: dict[str, dict[str, str]] = {}

    def fits(self, filled: Set[str]) -> bool:
        """Whether these fields, all of them filled in, are one choice and what goes with it."""
        chosen = [field for field in self.fields if field in filled]
        beside = {name for field in chosen for name in self.also.get(field, ())}
        return sum(field not in beside for field in chosen) == 1


class Node(BaseModel):
    """One node type. Its fields are its configuration, its form and its schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str]  # a Lucide icon name
    group: ClassVar[Group]
    summary: ClassVar[str | None] = None  # the field a card shows
    ways: ClassVar[tuple[Way, ...]] = (NEXT,)
    one_of: ClassVar[tuple[OneOf, ...]] = ()
    needs_model: ClassVar[bool] = False  # a language model: without one it fails
    example: ClassVar[dict[str, Any]] = {}  # the configuration of a usual step of this type
    registry: ClassVar[dict[str, type[Node]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "type" not in cls.__dict__:
            return  # a shared base such as ``Ask``
        if cls.registry.setdefault(cls.type, cls) is not cls:
            raise TypeError(f"node type {cls.type!r} is defined twice")

    @model_validator(mode="after")
    def _exactly_one_of(self) -> Self:
        for choice in self.one_of:
            if not choice.fits({field for field in choice.fields if getattr(self, field)}):
                fields = " or ".join(f"{label} ('{name}')" for name, label in choice.fields.items())
                raise PydanticCustomError("one_of", "fill in one: {fields}", {"fields": fields})
        return self

    def ports(self) -> tuple[Port, ...]:
        """The ways out of this node with this configuration."""
        ports: list[Port] = []
        for way in self.ways:
            if way.unless and getattr(self, way.unless):
                continue
            if way.when and not getattr(self, way.when):
                continue
            if way.each:
                ports += (
                    Port(item.id, str(getattr(item, way.label) or item.id), way.kind)
                    for item in _items(self, way.each)
                    if not (way.lacking and getattr(item, way.lacking))
                )
            elif way.id:
                ports.append(Port(way.id, way.label, way.kind))
        return tuple(ports)

    def waits(self) -> bool:
        """Whether it is never left before something has happened."""
        return type(self).resume is not Node.resume

    def jumps(self) -> tuple[str, ...]:
        """Ids of nodes of the same flow that this one goes to without an edge."""
        return ()

    def run(self, ctx: Context) -> AnyOutcome:
        """What happens on arrival."""
        raise NotImplementedError

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        """What happens when the wait ends."""
        raise NotImplementedError(f"{self.type} does not wait for anything")

    def ask_again(self, ctx: Context) -> Says:
        """What to say when a digression has ended and this node still waits for a reply."""
        return ()

    def input(self, ctx: Context) -> Input | None:
        """What this node, waiting for a reply, would like from the visitor."""
        return None

    def claims(self, ctx: Context, event: AnyEvent) -> bool:
        """Whether a visitor's event is so clearly an answer that no trigger may take it."""
        return False

    def chooses(self) -> bool:
        """Whether a model may choose from its options where it reads none itself."""
        return False

    def choosing(self, ctx: Context, event: UserSaid) -> Choosing | None:
        """What a model may choose from, because this node has options and reads none of them."""
        return None

    def deadline(self, ctx: Context) -> datetime | None:
        """When a renewed wait for a reply times out."""
        return None

    def meanwhile(self, ctx: Context) -> Says:
        """What to say to a visitor who writes while this node waits for something else."""
        return ()

    def beside(self, flows: Mapping[str, Flow]) -> Self:
        """This node, which knows the flows of its bot, for those it runs."""
        return self

    def also_called(self, names: Mapping[str, Sequence[str]]) -> Self:
        """This node, which also knows what its options are called elsewhere, by their ids."""
        return self

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """This node with translated texts; keys are paths inside the configuration.

        Raises ``ValueError`` for a path where there is no text.
        """
        return translated(self, texts)


def _items(holder: Any, path: str) -> Iterator[Any]:
    """The items of the list at ``path``, and of the lists within it."""
    name, _, rest = path.partition(".")
    for item in getattr(holder, name):
        if rest:
            yield from _items(item, rest)
        else:
            yield item
