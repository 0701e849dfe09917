from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from runtime.core.contract import (
    NEXT,
    AnyEvent,
    AnyOutcome,
    Context,
    Fail,
    Group,
    Message,
    Next,
    Node,
    Says,
    Signal,
    Wait,
    Way,
)
from runtime.core.expressions import values
from runtime.core.fields import Duration, Expression, Line, Name, Ui, Variable


class Pause(Node):
    """Waits for a while, until a moment, or until something happens elsewhere."""

    type: ClassVar[str] = "wait"
    label: ClassVar[str] = "Wait"
    icon: ClassVar[str] = "timer"
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "duration"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="timeout", label="If it does not happen", kind="no_reply", when="event"),
    )

    duration: Duration | None = None
    until: Expression | None = None
    event: Name | None = None
    variable: Annotated[Variable | None, Ui(when={"field": "event"})] = None  # for its data
    meanwhile_text: Annotated[Line | None, Ui(more=True)] = None

    @model_validator(mode="after")
    def _waits_for_one_thing(self) -> Self:
        if self.until and (self.duration or self.event):
            raise PydanticCustomError(
                "one_of", "'until' stands alone: take out 'duration' and 'event', or 'until'"
            )
        if not (self.until or self.duration or self.event):
            raise PydanticCustomError("one_of", "fill in 'duration', 'until' or 'event'")
        return self

    def run(self, ctx: Context) -> AnyOutcome:
        if self.event:
            until = ctx.now + self.duration if self.duration else None
            return Wait(on="signal", name=self.event, until=until)
        if self.duration:
            return Wait(on="time", until=ctx.now + self.duration)
        return self._until(ctx)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if isinstance(event, Signal):
            return Next(set={self.variable: event.data} if self.variable else {})
        return Next(port="timeout" if self.event else "next")

    def meanwhile(self, ctx: Context) -> Says:
        return (Message(self.meanwhile_text.render(ctx)),) if self.meanwhile_text else ()

    def _until(self, ctx: Context) -> AnyOutcome:
        value = self.until.evaluate(ctx) if self.until else None
        moment = _moment(value, ctx)
        if moment is None:
            shown = repr(value)[:60]
            return Fail("wait", f"'{self.until}' is {shown}, which is no moment to wait for")
        return Wait(on="time", until=moment) if moment > ctx.now else Next()


def _moment(value: object, ctx: Context) -> datetime | None:
    """A date means its midnight, a time of day the next one, where the visitor is."""
    zone = values.zone(ctx.facts.timezone)
    found = values.moment(value, zone)
    here = ctx.now.astimezone(zone)
    match found:
        case datetime():
            return found.astimezone(UTC)
        case date():
            return datetime.combine(found, time.min, zone).astimezone(UTC)
        case time():
            today = datetime.combine(here.date(), found.replace(tzinfo=None), zone)
            later = today if today > here else today + timedelta(days=1)
            return later.astimezone(UTC)
        case None:
            return ctx.now + value if isinstance(value, timedelta) else None
