"""What an agent may use: one class for each kind of tool, all of them in `KINDS`.

A kind says how the model sees such a tool, which effect or flow a call of it is, and what the model
is told of the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, Self

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.contract import AnyEvent, Call, Citation, Context, Fail, Perform, Returned
from runtime.core.effects.agent import Offered
from runtime.core.effects.knowledge import Found, Passage, SearchKnowledge
from runtime.core.expressions.values import is_empty, text
from runtime.core.fields import Collections, FlowRef, Id, Label, Part, Selector, Ui
from runtime.core.results import result_of

if TYPE_CHECKING:
    from runtime.core.document import Flow

FINISH, HAND_OVER = "finish", "hand_over"  # what a model may always call
PASSAGES = 4  # that one search brings
PASSAGE = 700  # characters of one of them
SHOWN = 200  # characters of a value that the visitor is asked about

ToolKind = Literal["flow", "knowledge"]
Told = tuple[str, tuple[Citation, ...]]  # a result in words, and the passages it brings

_KINDS = {"flow": "A flow of this bot", "knowledge": "Search in the knowledge"}


class ToolPart(Part):
    """One tool; ``flow`` and ``collections`` are each for one kind of it."""

    id: Id
    kind: Annotated[ToolKind, Selector("select", labels=_KINDS), Field(title="What it is")]
    description: Annotated[
        Label,
        Field(
            title="When to use it",
            description="In plain words: the model decides by them. Such as: cancels an order.",
        ),
    ]
    flow: Annotated[
        FlowRef | None,
        Field(
            title="Flow to run",
            description="The model fills in its inputs and reads what it gives back.",
        ),
        Selector("flow", perhaps=True),
        Ui(when={"field": "kind", "in": ["flow"]}),
    ] = None
    collections: Annotated[
        Collections,
        Field(title="Knowledge", description="The collections to look in. None: all of them."),
        Ui(when={"field": "kind", "in": ["knowledge"]}),
    ] = ()
    confirm: Annotated[
        bool,
        Field(
            title="Ask the visitor first",
            description="Shows what will be done, with buttons for yes and no.",
        ),
    ] = False

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.kind == "flow" and not self.flow:
            raise PydanticCustomError("no_flow", "choose the flow that this tool runs")
        return self


class Kind(Protocol):
    """How a kind of tool is offered, used and reported."""

    def name(self, part: ToolPart) -> str:
        """What the model may call it by, if nothing else is called so."""
        ...

    def parameters(self, part: ToolPart, flows: Mapping[str, Flow]) -> dict[str, Any]: ...

    def use(
        self, part: ToolPart, args: dict[str, Any], ctx: Context, *, at_home: bool
    ) -> Perform | Call:
        """``at_home``: only models marked local may see the values."""
        ...

    def told(self, event: AnyEvent, number: int) -> Told:
        """What the model is told; passages are numbered from ``number``.

        A text may hold what the visitor said in confidence; confidential passages say so.
        """
        ...

    def title(self, part: ToolPart, flows: Mapping[str, Flow]) -> str:
        """What the visitor is asked about."""
        ...


def _object(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


class FlowTool:
    """Runs another flow of the bot, which may talk with the visitor itself."""

    TYPES: ClassVar[dict[str, dict[str, Any]]] = {
        "text": {"type": "string"},
        "number": {"type": "number"},
        "boolean": {"type": "boolean"},
        "date": {"type": "string", "description": "a day, such as 2026-03-05"},
        "time": {"type": "string", "description": "a time of day, such as 17:30"},
        "datetime": {"type": "string", "description": "a moment, such as 2026-03-05T17:30"},
        "list": {"type": "array", "items": {}},
        "object": {"type": "object"},
        "file": {"type": "string"},
        "any": {},
    }

    def name(self, part: ToolPart) -> str:
        return part.flow or ""

    def parameters(self, part: ToolPart, flows: Mapping[str, Flow]) -> dict[str, Any]:
        flow = flows.get(part.flow or "")
        inputs = flow.inputs if flow else ()
        properties = {one.name: dict(self.TYPES[one.type]) for one in inputs}
        return _object(properties, [one.name for one in inputs if one.default is None])

    def use(self, part: ToolPart, args: dict[str, Any], ctx: Context, *, at_home: bool) -> Call:
        return Call(part.flow or "", args)

    def told(self, event: AnyEvent, number: int) -> Told:
        if not isinstance(event, Returned):
            raise TypeError(f"a flow does not end with {event!r}")
        found = {name: value for name, value in event.outputs.items() if not is_empty(value)}
        if not is_empty(event.result):
            found |= {"result": event.result}
        return (msgspec.json.encode(found).decode() if found else "It is done."), ()

    def title(self, part: ToolPart, flows: Mapping[str, Flow]) -> str:
        flow = flows.get(part.flow or "")
        return (flow.name if flow else "") or _words(part.flow or "")


class KnowledgeTool:
    """Looks for passages in what the bot knows."""

    def name(self, part: ToolPart) -> str:
        return "search_knowledge"

    def parameters(self, part: ToolPart, flows: Mapping[str, Flow]) -> dict[str, Any]:
        query = {"type": "string", "description": "what to look for, in the visitor's language"}
        return _object({"query": query}, ["query"])

    def use(self, part: ToolPart, args: dict[str, Any], ctx: Context, *, at_home: bool) -> Perform:
        effect = SearchKnowledge(
            str(args.get("query", "")),
            part.collections,
            ctx.language,
            PASSAGES,
            ctx.facts.channel.get("brand_id"),
            confidential=at_home,
        )
        return Perform(effect)

    def told(self, event: AnyEvent, number: int) -> Told:
        found = result_of(event, Found)
        if isinstance(found, Fail):
            return f"The search failed: {found.reason}", ()
        return "", tuple(_source(n, one) for n, one in enumerate(found.passages, number))

    def title(self, part: ToolPart, flows: Mapping[str, Flow]) -> str:
        return part.description


# Where a kind of tool is added: a class above, its name in `ToolKind` and `_KINDS`, and a row here.
KINDS: Mapping[ToolKind, Kind] = {"flow": FlowTool(), "knowledge": KnowledgeTool()}


def named(parts: Iterable[ToolPart]) -> dict[str, ToolPart]:
    """The tools by the names that the model has for them, each its own."""
    found: dict[str, ToolPart] = {}
    for part in parts:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", KINDS[part.kind].name(part))[:64]
        if name in found or name in (FINISH, HAND_OVER, ""):
            name = f"{name[:31]}_{part.id}"[:64]
        found[name] = part
    return found


def offered(tools: Mapping[str, ToolPart], flows: Mapping[str, Flow]) -> tuple[Offered, ...]:
    return tuple(
        Offered(name, part.description, KINDS[part.kind].parameters(part, flows))
        for name, part in tools.items()
    )


def in_words(args: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a tool is given, as people read it."""
    return [(_words(name), text(value)[:SHOWN]) for name, value in args.items()]


def _words(name: str) -> str:
    return re.sub(r"[_.-]+", " ", name).strip()


def _source(number: int, one: Passage) -> Citation:
    row = "\n".join(f"{name}: {value}" for name, value in one.fields.items() if f"{value}".strip())
    asked = f"{one.question}\n" if one.question else ""
    body = f"{one.text}\n{row}" if row and row not in one.text else one.text
    title = " > ".join(filter(None, (one.title, one.heading)))
    return Citation(number, title, f"{asked}{body}"[:PASSAGE], one.page, one.url, one.confidential)
