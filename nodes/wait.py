from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

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
    OneOf,
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
    example: ClassVar[dict[str, Any]] = {"duration": "PT2H"}
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "duration"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="timeout", label="If it does not happen", kind="no_reply", when="event"),
    )
    one_of: ClassVar[tuple[OneOf, ...]] = (
        OneOf(
            "Wait",
            {"duration": "A while", "until": "Until a moment", "event": "For an event"},
            also={"event": {"duration": "At most", "variable": "Store its data in"}},
        ),
    )

    duration: Duration | None = None
    until: Annotated[
        Expression | None,
        Field(title="Moment", description="A date or a time, such as meeting - hours(1)."),
    ] = None
    event: Annotated[
        Name | None,
        Field(description="The name under which your page or another system reports it."),
    ] = None
    variable: Variable | None = None  # for the event's data
    meanwhile_text: Annotated[
        Line | None,
        Field(title="Said meanwhile", description="To a visitor who writes while it waits."),
        Ui(more=True),
    ] = None

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
