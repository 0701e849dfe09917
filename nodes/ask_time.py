from __future__ import annotations

from datetime import time
from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.dates.here import read_here, shown_time, time_limit, time_of
from runtime.core.fields import Limit, Ui


class AskTime(Ask):
    """Asks for a time of day, understands "half past five" and "5 pm", and stores it as 17:30."""

    type: ClassVar[str] = "ask.time"
    label: ClassVar[str] = "Time"
    icon: ClassVar[str] = "clock"
    example: ClassVar[dict[str, Any]] = {
        "text": "At what time?",
        "variable": "time",
        "earliest": "09:00",
        "latest": "16:00",
    }

    earliest: Annotated[
        Limit | None,
        Field(title="From", description="A time such as 09:00, or a formula."),
        Ui(half=True),
    ] = None
    latest: Annotated[
        Limit | None,
        Field(title="Until", description="A time such as 17:30, or a formula."),
        Ui(half=True),
    ] = None

    def input(self, ctx: Context) -> Input:
        earliest, latest = self._limits(ctx)
        return Input(
            "time",
            earliest=None if earliest is None else _stored(earliest),
            latest=None if latest is None else _stored(latest),
        )

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        typed = event.value if isinstance(event, UserSaid) else None
        if typed is not None and not isinstance(typed, str):
            return Unfit("retry_time")
        picked = time_of(typed)
        if picked:
            return self._unfit(picked, ctx) or Answer(_stored(picked))
        found = read_here(said(event), ctx, "time")
        if found is None or found.start is None:
            return Unfit("retry_time")
        if found.end is not None:
            return Unfit("time_one")
        other = found.other_half
        if other and other.start and self._unfit(found.start, ctx):  # "at 8", where 20:00 fits
            wrong = self._unfit(other.start, ctx)
            found = found if wrong else other
        start = found.start or time()
        return self._unfit(start, ctx) or Answer(_stored(start), sure=found.sure)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        known = time_of(value)
        return None if known is None or self._unfit(known, ctx) else Answer(_stored(known))

    def _unfit(self, at: time, ctx: Context) -> Unfit | None:
        """What is wrong with a time, if anything. From 18:00 until 02:00 goes over midnight."""
        earliest, latest = self._limits(ctx)
        if earliest is not None and latest is not None:
            overnight = latest < earliest
            late_enough, early_enough = at >= earliest, at <= latest
            fits = late_enough or early_enough if overnight else late_enough and early_enough
            limits = {"earliest": shown_time(earliest, ctx), "latest": shown_time(latest, ctx)}
            return None if fits else Unfit("time_between", limits)
        if earliest is not None and at < earliest:
            return Unfit("time_early", {"earliest": shown_time(earliest, ctx)})
        if latest is not None and at > latest:
            return Unfit("time_late", {"latest": shown_time(latest, ctx)})
        return None

    def _limits(self, ctx: Context) -> tuple[time | None, time | None]:
        return time_limit(self.earliest, ctx), time_limit(self.latest, ctx)


def _stored(at: time) -> str:
    return at.isoformat("minutes")
