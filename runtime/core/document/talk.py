"""The tests inside a document: a talk, line by line, with its expected outcome."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.document.parts import Language, Line, Text, or_a_name
from runtime.core.fields import Duration, Part
from runtime.core.session import Status

Colleague = Literal["take_over", "hand_back", "end"]
"""What a person of the workspace does in the conversation."""


class Upload(Part):
    """A file a test sends; in a document a plain string is its name. ``size`` is in bytes."""

    model_config = ConfigDict(json_schema_extra=or_a_name)

    name: Line
    type: Line | None = None
    size: Annotated[int, Field(ge=0)] = 1_000

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Step(Part):
    """One line of a test's talk: exactly one of these keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    user: Text | None = None
    choose: Line | tuple[Line, ...] | None = None
    upload: Upload | None = None
    wait: Duration | None = None
    signal: Any = None
    colleague: Colleague | None = None
    bot: Text | None = None
    vars: dict[str, Any] | None = None
    status: Status | None = None
    performed: Line | dict[str, Any] | None = None
    not_performed: Line | tuple[Line, ...] | dict[str, Any] | None = None
    node_reached: Line | tuple[Line, ...] | None = None
    handed_off: bool | Line | None = None
    confidence_at_least: Annotated[float, Field(ge=0, le=1)] | None = None
    latency_below: Annotated[float, Field(gt=0)] | None = None  # seconds
    persona: dict[str, Any] | Line | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Step:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("one_key", "must have exactly one key, such as user or bot")
        if self.value is None and self.kind != "signal":
            raise PydanticCustomError("no_value", "needs a value, not null")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def value(self) -> Any:
        return getattr(self, self.kind)


class Test(Part):
    """A conversation with its expected outcome; ``variables`` are given at its opening."""

    __test__ = False  # not one of pytest's

    name: Line
    channel: Line = "web"
    language: Language | None = None
    variables: dict[str, Any] = {}
    fakes: dict[str, Any] = {}
    talk: Annotated[tuple[Step, ...], Field(min_length=1, max_length=1_000)]
