"""The bot document ``flyt/1``: what the builder saves, a partner imports and a release freezes."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from pydantic import (
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import models_json_schema

from runtime.core.contract import Node
from runtime.core.document import languages, reading, references
from runtime.core.document.mistakes import MAX_SHOWN, DocumentError, DocumentProblem, explain
from runtime.core.document.outline import outline
from runtime.core.document.parts import FlowId, Id, Language, Line, Name, Text, or_a_name
from runtime.core.document.talk import Step, Test, Upload
from runtime.core.expressions import Template
from runtime.core.fields import Duration, Part

MAX_FLOWS = 200
MAX_NODES = 2_000  # in one flow
MAX_EDGES = 10_000  # in one flow
MAX_EXAMPLES = 500  # of one intent trigger

VariableType = Literal[
    "text", "number", "boolean", "date", "time", "datetime", "list", "object", "file", "any"
]

__all__ = [
    "Document",
    "DocumentError",
    "DocumentProblem",
    "Flow",
    "IntentTrigger",
    "KeywordTrigger",
    "Step",
    "Test",
    "Upload",
    "parse",
    "schema",
]


class Position(Part):
    """Where a card lies on the canvas, in its pixels."""

    x: float
    y: float


class Placed(Part):
    """A node on the canvas: ``config`` is what its type's class validates."""

    id: Id
    type: Line
    title: Text = ""
    config: dict[str, Any] = {}
    position: Position | None = None


class Edge(Part):
    source: Id
    port: Line = "next"
    target: Id


class Note(Part):
    """A sticky note for people; the bot never reads it."""

    text: Text
    position: Position | None = None


class StartTrigger(Part):
    """The conversation opens."""

    kind: Literal["start"]


class ManualTrigger(Part):
    """An agent starts the flow from a conversation."""

    kind: Literal["manual"]


class KeywordTrigger(Part):
    """The visitor's message contains one of these words or phrases as whole words."""

    kind: Literal["keyword"]
    words: Annotated[tuple[Line, ...], Field(min_length=1)]


class IntentTrigger(Part):
    """The visitor means what these sentences mean, in whatever words."""

    kind: Literal["intent"]
    examples: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MAX_EXAMPLES)]


class InactivityTrigger(Part):
    """Nothing was heard from the visitor for this long."""

    kind: Literal["inactivity"]
    after: Duration


class EventTrigger(Part):
    """Another system, or the page, reports the event ``name``."""

    kind: Literal["event"]
    name: Line


class ErrorTrigger(Part):
    """A node failed and no edge of its own took the failure."""

    kind: Literal["error"]


Trigger = Annotated[
    StartTrigger
    | ManualTrigger
    | KeywordTrigger
    | IntentTrigger
    | InactivityTrigger
    | EventTrigger
    | ErrorTrigger,
    Field(discriminator="kind"),
]


class VariableDeclaration(Part):
    """A variable of the conversation. ``personal`` ones leave with an erased contact.

    Only models that are marked local may see a ``confidential`` one.
    """

    name: Name
    type: VariableType = "text"
    default: Any = None
    personal: bool = False
    confidential: bool = False


class Parameter(Part):
    """An input or output of a flow; in a document a plain string is its name."""

    model_config = ConfigDict(json_schema_extra=or_a_name)

    name: Name
    type: VariableType = "text"
    default: Any = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Flow(Part):
    id: FlowId
    name: Text = ""
    start: Id
    enabled: bool = True
    triggers: Annotated[tuple[Trigger, ...], Field(max_length=100)] = ()
    inputs: Annotated[tuple[Parameter, ...], Field(max_length=100)] = ()
    outputs: Annotated[tuple[Parameter, ...], Field(max_length=100)] = ()
    nodes: Annotated[tuple[Placed, ...], Field(min_length=1, max_length=MAX_NODES)]
    edges: Annotated[tuple[Edge, ...], Field(max_length=MAX_EDGES)] = ()
    notes: Annotated[tuple[Note, ...], Field(max_length=1_000)] = ()


class Settings(Part):
    """``confidence`` (0 to 1) is how sure an answer must be before it is given.

    ``understanding`` says what tells which intent is meant: the examples on this machine, or a
    language model, to which the words are sent. ``intent_confidence`` is how sure it must be;
    without it, it is found on the bot's own examples.
    """

    persona: Text = ""
    not_understood: Template | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    understanding: Literal["local", "model"] = "local"
    intent_confidence: Annotated[float, Field(ge=0, le=1)] | None = None


class ConnectorNeed(Part):
    ref: Id
    kind: Line


class KnowledgeNeed(Part):
    ref: Id


class Needs(Part):
    """What must be connected before the bot can work; credentials are never in a document."""

    connectors: Annotated[tuple[ConnectorNeed, ...], Field(max_length=200)] = ()
    knowledge: Annotated[tuple[KnowledgeNeed, ...], Field(max_length=200)] = ()


class Document(Part):
    """One bot. Made by `parse`, which also checks everything that names something else."""

    format: Literal["flyt/1"]
    name: Line
    description: Text = ""
    language: Language = "en"
    author: Line | None = None
    version: Line | None = None
    category: Line | None = None
    licence: Line | None = None
    preview: Line | None = None
    languages: dict[Language, dict[str, Text]] = {}
    main: FlowId = "main"
    variables: Annotated[tuple[VariableDeclaration, ...], Field(max_length=1_000)] = ()
    settings: Settings = Settings()
    flows: Annotated[tuple[Flow, ...], Field(min_length=1, max_length=MAX_FLOWS)]
    needs: Needs = Needs()
    tests: Annotated[tuple[Test, ...], Field(max_length=500)] = ()

    def flow(self, flow_id: str) -> Flow | None:
        return next((flow for flow in self.flows if flow.id == flow_id), None)


def parse(data: bytes | str | dict[str, Any]) -> Document:
    """The document in ``data``. Raises `DocumentError` with everything that is wrong in it."""
    plain = reading.migrate(reading.read(data))
    document, problems = _structure(plain)
    flows, unsound = outline(plain)
    problems += unsound
    for check in (references.check, languages.check):
        problems += islice(check(plain, flows), MAX_SHOWN)
    if problems or document is None:
        raise DocumentError(problems)
    return document


def _structure(plain: dict[str, Any]) -> tuple[Document | None, list[DocumentProblem]]:
    try:
        return Document.model_validate_json(msgspec.json.encode(plain), strict=True), []
    except ValidationError as error:
        return None, explain(error, plain, Document)


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a document; a node's ``config`` is that of its type."""
    types = sorted(Node.registry.items())
    references, shared = models_json_schema(
        [(Document, "validation"), *((node, "validation") for _, node in types)],
        ref_template="#/$defs/{model}",
    )
    definitions = shared["$defs"]
    placed = definitions["Placed"]["properties"]
    definitions["Placed"] |= {
        "properties": placed | {"type": {"enum": [name for name, _ in types]}},
        "allOf": [_configured(name, node, references[node, "validation"]) for name, node in types],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Bot document {reading.CURRENT}",
        **references[Document, "validation"],
        "$defs": definitions,
    }


def _configured(name: str, node: type[Node], config: dict[str, Any]) -> dict[str, Any]:
    """A placed node of this type must be configured as its class demands."""
    required = any(field.is_required() for field in node.model_fields.values())
    return {
        "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
        "then": {"properties": {"config": config}, "required": ["config"] if required else []},
    }
