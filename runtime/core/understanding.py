"""Which of a visitor's words must be understood before they are stepped. Pure.

Understanding takes milliseconds, or asks a model, so the shell does it; `needs` says for which
words, and `step` finds the result on the event.
"""

from __future__ import annotations

from datetime import datetime

from runtime.core.contract import AnyEvent, Facts, UserSaid, Value
from runtime.core.interpreter import bar_for_intents, follow_language, triggered
from runtime.core.release import Release
from runtime.core.run import Run
from runtime.core.session import Session

LOOKED_AT = 1_000  # characters: what somebody wants shows at the beginning


class Understanding(Value, frozen=True):
    """Words whose meaning decides where the conversation goes, and their language (BCP 47)."""

    text: str
    language: str


def needs(
    session: Session, event: AnyEvent | None, facts: Facts, release: Release, now: datetime
) -> Understanding | None:
    """What must be understood before `step` is given these same arguments; mostly nothing."""
    if not release.intents or type(event) is not UserSaid:
        return None
    if event.understood or event.value is not None or session.status != "bot":
        return None
    run = Run(session, facts, release, now)
    waiting = run.frames[-1].waiting if run.frames else None
    if not event.text.strip() or (event.token and not (waiting and waiting.token == event.token)):
        return None
    run.hear(event)
    if len(release.languages) > 1:
        follow_language(run, event)
    if triggered(run, event) or bar_for_intents(run, event) is None:
        return None
    return Understanding(event.text.strip()[:LOOKED_AT], run.language)
