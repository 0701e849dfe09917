"""The form vocabulary: field types that check, serialise and say how the panel draws them.

A marker adds its hints to the JSON Schema under ``x-selector`` (which widget) or ``x-ui`` (where
and when it is shown); the same marker tells which fields hold text that can be translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, LiteralString, Protocol, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from runtime.core import expressions
from runtime.core.expressions import conditions
from runtime.core.expressions.values import duration_text

if TYPE_CHECKING:
    from runtime.core.contract import Context

T = TypeVar("T")


class Ui:
    """Where and when the panel shows a field: ``more``, ``half``, ``after``, ``when`` …"""

    key: ClassVar[str] = "x-ui"

    def __init__(self, **hints: Any) -> None:
        self.hints = hints

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        schema[self.key] = {**schema.get(self.key, {}), **self.hints}
        return schema


class Selector(Ui):
    """Which widget edits a field, and its hints."""

    key = "x-selector"

    def __init__(self, kind: str, **hints: Any) -> None:
        super().__init__(kind=kind, **hints)

    @property
    def translatable(self) -> bool:
        """Whether the field holds words a visitor reads or says."""
        return self.hints["kind"] in ("template", "words")


class Unspoken(Selector):
    """A text for colleagues: visitors never read it, so nobody translates it."""

    @property
    def translatable(self) -> bool:
        return False


def checked(test: Callable[[T], str | None], kind: LiteralString) -> AfterValidator:
    """A validator from a function that answers with what is wrong, or None."""

    def check(value: T) -> T:
        if reason := test(value):
            raise PydanticCustomError(kind, "{reason}", {"reason": reason})
        return value

    return AfterValidator(check)


# --- Text -----------------------------------------------------------------------------------


def _is_blank(value: str) -> str | None:
    return None if value.strip() else "write something here"


Template = Annotated[
    expressions.Template, Selector("template", multiline=True, markdown=True)
]  # Markdown, may be empty
Text = Annotated[Template, checked(_is_blank, "blank")]  # Markdown that says something
Line = Annotated[
    expressions.Template, checked(_is_blank, "blank"), Selector("template", multiline=False)
]  # one line without Markdown
ForColleagues = Annotated[
    expressions.Template, Unspoken("template", multiline=True, markdown=False)
]  # for colleagues, may be empty
Given = Annotated[
    expressions.Template, Unspoken("template", multiline=False, markdown=False)
]  # what a step works on; may be empty, see `given`
Expression = Annotated[expressions.Expression, checked(_is_blank, "blank"), Selector("expression")]


def given(text: expressions.Template, ctx: Context) -> str:
    """What a `Given` field comes to: where it is empty, what the visitor said last."""
    return text.render(ctx, markdown=False).strip() or ctx.said.strip()


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{1,2}:\d\d")


def _as_formula(value: Any) -> Any:
    """A plain day or time as the formula that means it; anything else as it is."""
    plain = value.strip() if isinstance(value, str) else ""
    if _DAY.fullmatch(plain):
        return f'date("{_real(date.fromisoformat, plain)}")'
    if _TIME.fullmatch(plain):
        return f'time("{_real(time.fromisoformat, plain.zfill(5))}")'
    return value


def _real(read: Callable[[str], object], plain: str) -> str:
    try:
        read(plain)
    except ValueError:
        reason = f"there is no {plain}"
        raise PydanticCustomError("moment", "{reason}", {"reason": reason}) from None
    return plain


Limit = Annotated[
    expressions.Expression,
    BeforeValidator(_as_formula),
    checked(_is_blank, "blank"),
    Selector("expression"),
]  # of days or times: 2026-12-24, 09:00, or a formula
Words = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...],
    Selector("words"),
]
Collections = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...],
    Selector("knowledge"),
]  # of knowledge, by name
PlainText = Annotated[str, Selector("text")]
Label = Annotated[str, checked(_is_blank, "blank"), Selector("text")]  # only authors see it
AtHome = Annotated[
    bool,
    Field(
        title="Keep it at home",
        description="Only models that are marked local may see the text.",
    ),
    Ui(more=True),
]
Persona = Annotated[
    ForColleagues,
    Field(
        title="Persona",
        description="Who speaks, and in which tone. Empty: as your AI settings say.",
    ),
    Ui(more=True),
]
ByModel = Annotated[
    bool,
    Field(
        title="Let the model choose where no rule does",
        description="The cheap model reads an answer that fits no option. Without a model, or"
        " where it is not sure, the question is asked again.",
    ),
    Ui(more=True),
]
Reranked = Annotated[
    bool,
    Field(
        title="Let a model put finds in order",
        description="The cheap model reads the best passages first: surer, about a second later.",
    ),
    Ui(more=True),
]
MessagesRemembered = Annotated[
    int,
    Field(
        title="Messages it remembers",
        description="How many it may read word by word to understand what is meant; older "
        "ones in short. 0: none.",
        ge=0,
        le=50,
    ),
    Ui(more=True),
]
ToneAdapted = Annotated[
    bool,
    Field(
        title="Adapt the tone",
        description="Shorter and kinder to visitors who are tired or upset.",
    ),
    Ui(more=True),
]
TalkAtHome = Annotated[
    bool,
    Field(
        title="Keep it at home",
        description="Only models that are marked local may see the conversation here.",
    ),
    Ui(more=True),
]
Anything = Annotated[Any, BeforeValidator(expressions.configured), Selector("value")]


# --- Names and references -------------------------------------------------------------------

_NAME = re.compile(r"[^\W\d_]\w{0,63}")
_PATH = re.compile(r"[^\W\d_]\w{0,63}(?:\.\w{1,64}){0,8}")
FACTS = frozenset({"contact", "channel", "conversation"})
_WORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"}
)


def wrong_name(name: str) -> str | None:
    """Why a bot cannot have a variable of this name; None: it can."""
    if not _NAME.fullmatch(name):
        return "a variable's name is one word of letters, digits and _ that begins with a letter"
    if name in FACTS:
        return f"'{name}' holds facts that cannot be changed: choose another name"
    if name in _WORDS:
        return f"'{name}' means something in expressions: choose another name"
    return None


def wrong_path(path: str) -> str | None:
    """Why ``order.items`` cannot name a value that is read; None: it can."""
    if _PATH.fullmatch(path):
        return None
    return "name a variable, or a part of one such as order.items"


Source = Annotated[str, checked(wrong_path, "variable"), Selector("variable")]  # one that is read
Answered = Annotated[  # one that was asked for, or not yet
    str, checked(wrong_path, "variable"), Selector("variable", unset=True)
]
Variable = Annotated[str, checked(wrong_name, "variable"), Selector("variable", writable=True)]
Name = Annotated[str, Field(max_length=100), checked(_is_blank, "blank"), Selector("text")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Selector("id")]
FlowRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Selector("flow")]
NodeRef = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Selector("node")]

Condition = Annotated[conditions.Where, Selector("condition")]


# --- Durations ------------------------------------------------------------------------------

_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8}(?:[.,]\d{1,3})?)S)?)?"
)
LONGEST = timedelta(days=3660)


def read_duration(value: Any) -> timedelta:
    """A duration from ISO 8601 (``PT10M``, ``P1D``), between a tenth of a second and ten years."""
    if isinstance(value, str):
        value = _parsed_duration(value.strip())
    if not isinstance(value, timedelta):
        raise PydanticCustomError("duration", "write a duration such as PT10M (ten minutes) or P1D")
    if not timedelta(seconds=0.1) <= value <= LONGEST:
        raise PydanticCustomError("duration_range", "a tenth of a second to ten years is possible")
    return value


def _parsed_duration(value: str) -> timedelta | None:
    if found := _DURATION.fullmatch(value):
        parts = found.groupdict(default="0")
        return timedelta(**{unit: float(n.replace(",", ".")) for unit, n in parts.items()})
    if re.fullmatch(r"P[\dYMWD]*[YM].*", value):
        raise PydanticCustomError(
            "duration_calendar",
            "months and years differ in length: write days or weeks, such as P30D or P4W",
        )
    return None


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    PlainSerializer(duration_text, return_type=str),
    Selector("duration"),
]


# --- Parts of nodes -------------------------------------------------------------------------


class Part(BaseModel):
    """An object inside a node's configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Part):
    """A button. ``value`` is what is stored: where it is missing, the label is."""

    id: Id
    label: Line
    value: Annotated[
        Anything,
        Field(title="Stored value", description="With none, the label is stored."),
        Ui(more=True),
    ] = None
    synonyms: Annotated[
        Words,
        Field(title="Also understood", description="Other words a visitor may type for it."),
        Ui(more=True),
    ] = ()
    image: Annotated[PlainText | None, Field(title="Address of a picture"), Ui(more=True)] = None


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Identified = TypeVar("Identified", bound=Sequence[_Identified])


def own_ids(*ports: str, within: str | None = None) -> AfterValidator:
    """Each item of a list has an id of its own, and none that of one of these ways out.

    ``within`` names a list inside each item, whose items are looked at instead, all together. An
    error names the place of the id.
    """

    def check(items: Identified) -> Identified:
        wrong, seen = list[InitErrorDetails](), set[str]()
        for place, item in _placed(items, within):
            if error := _wrong_id(item.id, ports, seen):
                wrong.append(InitErrorDetails(type=error, loc=(*place, "id"), input=item.id))
            seen.add(item.id)
        if wrong:
            raise ValidationError.from_exception_data("ids", wrong)
        return items

    return AfterValidator(check)


def _placed(
    items: Sequence[_Identified], within: str | None
) -> Iterator[tuple[tuple[int | str, ...], _Identified]]:
    for place, item in enumerate(items):
        if within is None:
            yield (place,), item
        else:
            inner: Sequence[_Identified] = getattr(item, within)
            yield from (((place, within, n), one) for n, one in enumerate(inner))


def _wrong_id(id_: str, ports: Sequence[str], seen: Set[str]) -> PydanticCustomError | None:
    if id_ in ports:
        return PydanticCustomError(
            "port_id", "the id cannot be '{id}': that way out exists already", {"id": id_}
        )
    if id_ in seen:
        return PydanticCustomError(
            "repeated_id", "the id '{id}' is used twice: each needs its own", {"id": id_}
        )
    return None


Choices = Annotated[
    tuple[Option, ...],
    own_ids(),
    Selector("list", item="Option", title="label", add="Add an option"),
]
Attempts = Annotated[int, Field(ge=1, le=20)]
RetryTexts = Annotated[tuple[Line, ...], Selector("list", item="Text", add="Add a text", flat=True)]
