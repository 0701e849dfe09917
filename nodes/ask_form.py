from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.choices import matched
from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Called,
    Choosing,
    Chosen,
    Context,
    FormField,
    FormType,
    Input,
    Message,
    Next,
    Option,
    Says,
    Uploaded,
    UserSaid,
    Value,
    Wait,
)
from runtime.core.expressions import escape
from runtime.core.expressions.values import is_empty
from runtime.core.fields import ByModel, Choices, Line, Part, Selector, Ui, Variable
from runtime.core.options import drawn, known_as, pinned, yes_and_no
from runtime.core.phrases import phrase
from runtime.core.readers.beforehand import told_before
from runtime.core.readers.kinds import read_as
from runtime.core.readers.sentences import told

MOST = 20  # fields

_TYPES = {
    "text": "Text",
    "number": "Number",
    "email": "E-mail",
    "phone": "Phone",
    "url": "Web address",
    "date": "Date",
    "time": "Time",
    "choice": "Choice",
    "confirm": "Yes or no",
}


class FormPart(Part):
    """One thing that is asked for, stored in a variable of its own."""

    label: Line
    variable: Annotated[Variable, Field(title="Store it in")]
    type: Annotated[FormType, Selector("select", labels=_TYPES), Ui(half=True)]
    required: Annotated[bool, Field(title="Must be filled in"), Ui(half=True)] = False
    options: Annotated[Choices, Ui(when={"field": "type", "in": ["choice"]})] = ()

    @model_validator(mode="after")
    def _something_to_choose(self) -> Self:
        if self.type == "choice" and not self.options:
            raise PydanticCustomError("no_options", "a choice needs options: add them")
        return self


class _Heard(Value, frozen=True):
    """What a reply filled in, and what of it cannot be stored, by variable."""

    values: dict[str, Any]
    wrong: dict[str, Unfit] = {}
    sure: bool = True


class AskForm(Ask):
    """Asks for several things at once, fills them from any sentence, then asks for what lacks."""

    type: ClassVar[str] = "ask.form"
    label: ClassVar[str] = "Form"
    icon: ClassVar[str] = "clipboard-list"
    example: ClassVar[dict[str, Any]] = {
        "text": "Who shall we write to?",
        "variable": "person",
        "fields": [
            {"label": "Name", "variable": "name", "type": "text", "required": True},
            {"label": "E-mail", "variable": "email", "type": "email", "required": True},
        ],
    }

    fields: Annotated[
        tuple[FormPart, ...],
        Field(min_length=1, max_length=MOST),
        Selector("list", item="Field", title="label", add="Add a field"),
        Ui(after="text"),
    ]
    reads_before: Annotated[
        bool,
        Field(
            title="Fill it in from what was said before",
            description="The sentence that led here is read first; only what lacks is asked for.",
        ),
        Ui(more=True),
    ] = True
    model_chooses: ByModel = True

    @model_validator(mode="after")
    def _own_variables(self) -> Self:
        wrong, seen = list[InitErrorDetails](), {self.variable}
        for place, field in enumerate(self.fields):
            if field.variable in seen:
                error = PydanticCustomError(
                    "repeated_variable",
                    "'{name}' is stored already: choose another variable",
                    {"name": field.variable},
                )
                where = ("fields", place, "variable")
                wrong.append(InitErrorDetails(type=error, loc=where, input=field.variable))
            seen.add(field.variable)
        if wrong:
            raise ValidationError.from_exception_data("form", wrong)
        return self

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """Stored values stay those of the bot's own language, whatever the options say."""
        kept = [
            field.model_copy(update={"options": tuple(map(pinned, field.options))})
            for field in self.fields
        ]
        return super(AskForm, self.model_copy(update={"fields": tuple(kept)})).with_texts(texts)

    # Asking ---------------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        """The variable of the whole is empty until something is filled in, then it grows."""
        known = self._known(ctx) if self.skip_if_known else {}
        if found := self._said_before(ctx, known):
            return self._begun(ctx, known | found)
        if known and not self._missing(ctx, known):
            return Next(set={self.variable: known})
        fresh = {self.variable: known or None}
        return Wait(on="reply", say=self._question(ctx), until=self.deadline(ctx), set=fresh)

    def _said_before(self, ctx: Context, known: Mapping[str, Any]) -> dict[str, Any]:
        """What the visitor's latest words surely fill in, unless they have been answered."""
        if not self.reads_before or ctx.taken or not ctx.said.strip():
            return {}
        return told_before(ctx.said, self._drawn(ctx), known, ctx)

    def _begun(self, ctx: Context, filled: dict[str, Any]) -> AnyOutcome:
        """A form of which something is known; one that nothing must be filled in of is shown."""
        missing = self._missing(ctx, filled)
        if not missing and any(field.required for field in self.fields):
            return Next(set=self._stored(filled), takes=True)
        says = (Message(_wanted(missing[0], ctx)),) if missing else self._question(ctx)
        fresh = {self.variable: filled}
        return Wait(on="reply", say=says, until=self.deadline(ctx), set=fresh, takes=True)

    def ask_again(self, ctx: Context) -> Says:
        missing = self._missing(ctx, self._filled(ctx))
        if self._is_untouched(ctx) or not missing:
            return self._question(ctx)
        return (Message(_wanted(missing[0], ctx)),)

    def input(self, ctx: Context) -> Input:
        """The fields that are still open; a single one by its own control."""
        filled = self._filled(ctx)
        open_ = tuple(f for f in self._drawn(ctx) if f.variable not in filled)
        if len(open_) != 1 or len(self.fields) == 1:
            return Input("form", fields=open_ or self._drawn(ctx))
        (field,) = open_
        return Input(field.type, options=_options_of(field, ctx))

    def _question(self, ctx: Context) -> Says:
        return (Message(self.text.render(ctx)),)

    def _drawn(self, ctx: Context) -> tuple[FormField, ...]:
        return tuple(
            FormField(
                part.variable,
                part.type,
                part.label.render(ctx, markdown=False),
                part.required,
                tuple(drawn(option, ctx, option.image) for option in part.options),
            )
            for part in self.fields
        )

    # What is filled in ----------------------------------------------------------------------

    def _is_untouched(self, ctx: Context) -> bool:
        return not isinstance(ctx.get(self.variable), dict)

    def _filled(self, ctx: Context) -> dict[str, Any]:
        found = ctx.get(self.variable)
        own = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        names = {field.variable for field in self.fields}
        return {name: value for name, value in own.items() if name in names}

    def _known(self, ctx: Context) -> dict[str, Any]:
        """What the fields' own variables hold already, where it would be accepted."""
        known: dict[str, Any] = {}
        for field in self._drawn(ctx):
            value = ctx.get(field.variable)
            answer = None if is_empty(value) else read_as(field, value, ctx)
            if isinstance(answer, Answer):
                known[field.variable] = answer.value
        return known

    def _missing(self, ctx: Context, filled: Mapping[str, Any]) -> list[FormField]:
        open_ = (field for field in self._drawn(ctx) if field.variable not in filled)
        return [field for field in open_ if field.required]

    # Understanding --------------------------------------------------------------------------

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if not isinstance(event, UserSaid | Chosen | Uploaded):
            return super().resume(ctx, event)
        heard = self._hear(ctx, event)
        before = self._filled(ctx)
        filled = before | heard.values
        missing = self._missing(ctx, filled)
        wrong = [field for field in self._drawn(ctx) if field.variable in heard.wrong]
        if not missing and not wrong and self._is_enough(heard, filled):
            return Next(set=self._stored(filled))
        if filled == before and ctx.attempt >= self.max_attempts:
            return Next(port="invalid", set={self.variable: filled})
        says = self._retry_says(ctx, missing, wrong, heard)
        return Wait(
            on="reply",
            say=says,
            until=self.deadline(ctx),
            set={self.variable: filled},
            afresh=filled != before,
        )

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        """The whole form, where the reply completes it or says something it surely waits for."""
        heard = self._hear(ctx, event)
        if heard.wrong or not heard.values:
            return next(iter(heard.wrong.values()), Unfit("retry_text"))
        return Answer(self._filled(ctx) | heard.values, sure=heard.sure)

    def chooses(self) -> bool:
        return self.model_chooses

    def choosing(self, ctx: Context, event: UserSaid) -> Choosing | None:
        """The options of the field that was asked for by name, where a reply fills in nothing."""
        asked = self._asked(ctx, event)
        if asked is None or asked.type not in ("choice", "confirm"):
            return None
        if self._hear(ctx, event).values:
            return None
        synonyms = self._synonyms(asked) or [(), ()]  # yes and no have none
        options = zip(_options_of(asked, ctx), synonyms, strict=True)
        called = tuple(Called(o.id, known_as(o.label, *names)) for o, names in options)
        return Choosing(f"{self.text.render(ctx)}\n{asked.label}", called)

    def _is_enough(self, heard: _Heard, filled: Mapping[str, Any]) -> bool:
        """A form of which nothing must be filled in is done once it was sent, or partly said."""
        return bool(filled) or heard.sure

    def _stored(self, filled: dict[str, Any]) -> dict[str, Any]:
        each = {field.variable: filled.get(field.variable) for field in self.fields}
        return {self.variable: filled} | each

    def _hear(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> _Heard:
        value = event.value if isinstance(event, UserSaid) else None
        if isinstance(value, dict):
            return self._sent(ctx, cast("dict[str, Any]", value))
        return self._told(ctx, event)

    def _sent(self, ctx: Context, given: Mapping[str, Any]) -> _Heard:
        """The control's answer: an object with a value for each field that was filled in."""
        heard = _Heard({}, {})
        for field in self._drawn(ctx):
            if is_empty(given.get(field.variable)):
                continue
            answer = read_as(field, given[field.variable], ctx)
            if isinstance(answer, Answer):
                heard.values[field.variable] = answer.value
            else:
                heard.wrong[field.variable] = answer
        return heard

    def _told(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> _Heard:
        """A sentence: what each field finds in it; else the answer to what was asked for last."""
        fields, filled = self._drawn(ctx), self._filled(ctx)
        asked = self._asked(ctx, event)
        text = said(event)
        found = told(text, fields, filled, ctx)
        if asked is None or asked.variable in found:
            return _Heard(found, sure=any(_is_telling(f, found) for f in fields))
        answer = self._read(asked, _meant(asked, event, text, ctx), ctx)
        if isinstance(answer, Answer) and (asked.type != "text" or not found):
            texts = {field.variable for field in fields if field.type == "text"}
            others = {name: value for name, value in found.items() if name not in texts}
            return _Heard({asked.variable: answer.value} | others, sure=answer.sure)
        if found:
            return _Heard(found)
        return _Heard({}, {} if isinstance(answer, Answer) else {asked.variable: answer})

    def _read(self, asked: FormField, meant: Any, ctx: Context) -> Answer | Unfit:
        """An option may also be called by other words, where it is asked for by name."""
        answer = read_as(asked, meant, ctx)
        if isinstance(answer, Answer) or asked.type != "choice" or not isinstance(meant, str):
            return answer
        found = matched(meant, self._synonyms(asked))
        return Answer(asked.options[found.place].value, sure=found.sure) if found else answer

    def _synonyms(self, asked: FormField) -> list[Sequence[str]]:
        """Of each option of a field."""
        parts = (part.options for part in self.fields if part.variable == asked.variable)
        return [option.synonyms for options in parts for option in options]

    def _asked(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> FormField | None:
        """The field that was asked for by name: the only one, or the first that lacks."""
        drawn, filled = self._drawn(ctx), self._filled(ctx)
        if len(drawn) == 1:
            return drawn[0]
        missing = self._missing(ctx, filled)
        return missing[0] if missing and not self._is_untouched(ctx) else None

    # Saying what lacks ----------------------------------------------------------------------

    def _retry_says(
        self, ctx: Context, missing: list[FormField], wrong: list[FormField], heard: _Heard
    ) -> Says:
        """What is wrong, by the fields' names; else the author's own retry text, or what lacks."""
        if wrong:
            lines = [
                f"{_shown(field)}: {phrase(unfit.key, ctx.language, **unfit.values)}"
                for field in wrong
                if (unfit := heard.wrong[field.variable])
            ]
            return (Message("\n".join(lines)),)
        if not heard.values and self.retry_texts:
            place = min(max(ctx.attempt, 1), len(self.retry_texts)) - 1
            return (Message(self.retry_texts[place].render(ctx)),)
        return (Message(_wanted(missing[0], ctx)),) if missing else self._question(ctx)


def _meant(asked: FormField, event: UserSaid | Chosen | Uploaded, text: str, ctx: Context) -> Any:
    """What a pressed button stands for, what a control sent, else the words."""
    if isinstance(event, Chosen):
        pressed = event.ids[0] if len(event.ids) == 1 else None
        drawn = _options_of(asked, ctx)
        return next((option.value for option in drawn if option.id == pressed), "")
    value = event.value if isinstance(event, UserSaid) else None
    return text if value is None else value


def _wanted(field: FormField, ctx: Context) -> str:
    return phrase("form_field", ctx.language, label=_shown(field))


def _shown(field: FormField) -> str:
    return escape(field.label)


def _is_telling(field: FormField, found: Mapping[str, Any]) -> bool:
    return field.variable in found and field.type not in ("text", "number")


def _options_of(field: FormField, ctx: Context) -> tuple[Option, ...]:
    return yes_and_no(ctx.language) if field.type == "confirm" else field.options
