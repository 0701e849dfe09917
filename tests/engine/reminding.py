"""A plugin for worker processes: its effect writes a line into a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from runtime.core.contract import AnyEvent, AnyOutcome, Context, EffectDone, Next, Node, Perform
from runtime.core.effects import Effect


class Remind(Effect, frozen=True):
    kind: ClassVar[str] = "test.remind"
    result: ClassVar[Any] = int

    text: str
    due_at: str | None = None
    subject: str | None = None
    slot: str | None = None


class Reminding(Node):
    """Reminds, and goes on with the worker's process id."""

    type: ClassVar[str] = "test.reminding"
    label: ClassVar[str] = "Reminding"
    icon: ClassVar[str] = "bell"
    group: ClassVar[Any] = "do"

    due_at: str | None = None
    slot: str | None = None

    def run(self, ctx: Context) -> AnyOutcome:
        subject = f"test:{ctx.facts.conversation}" if self.slot else None
        text = str(ctx.get("day"))
        return Perform(Remind(text, self.due_at, subject, self.slot))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        return Next(set={"got": event.result if isinstance(event, EffectDone) else "failed"})


async def remind(key: str, effect: Effect, call: Any) -> int:
    with Path(os.environ["TEST_REMINDERS"]).open("a") as file:
        file.write(f"{key} {getattr(effect, 'text', '')}\n")
    return os.getpid()


def register(abilities: Any) -> None:
    abilities.effects[Remind.kind] = remind
