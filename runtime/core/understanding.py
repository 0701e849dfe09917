"""Which of a visitor's words must be understood before they are stepped. Pure.

Understanding takes milliseconds, or asks a model, so the shell does it; `needs` says for which
words, and `step` finds the result on the event. First which flow they mean; then, where that is
none and a question with options is open that no rule reads them for, which of its options.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from runtime.core.confidential import stays_at_home
from runtime.core.contract import AnyEvent, Choosing, Facts, Picked, Understood, UserSaid, Value
from runtime.core.interpreter import (
    bar_for_intents,
    follow_language,
    meant,
    open_choice,
    triggered,
)
from runtime.core.release import Release
from runtime.core.run import Run
from runtime.core.session import Session

LOOKED_AT = 1_000  # characters: what somebody wants shows at the beginning


class Understanding(Value, frozen=True):
    """Words whose meaning decides where the conversation goes, and their language (BCP 47).

    With a ``choice``: which of its options they mean; else which flow. ``confidential``: only
    models marked local may read them.
    """

    text: str
    language: str
    confidential: bool = False
    choice: Choosing | None = None


def needs(
    session: Session, event: AnyEvent | None, facts: Facts, release: Release, now: datetime
) -> Understanding | None:
    """What must be understood before `step` is given these same arguments; mostly nothing.

    To be asked again once that is `noted` on the event, until it answers None.
    """
    if type(event) is not UserSaid or event.value is not None or session.status != "bot":
        return None
    by_intent = bool(release.intents) and event.understood is None
    by_option = may_choose(session, event, release)
    if not (by_intent or by_option) or not event.text.strip():
        return None
    waiting = session.frames[-1].waiting if session.frames else None
    if event.token and not (waiting and waiting.token == event.token):
        return None
    run = Run(session, facts, release, now)
    run.hear(event)
    if len(release.languages) > 1:
        follow_language(run, event)
    if triggered(run, event):
        return None
    at_home = bool(run.frames) and stays_at_home(run)
    wanted = Understanding(event.text.strip()[:LOOKED_AT], run.language, at_home)
    if by_intent and bar_for_intents(run, event) is not None:
        return wanted
    choice = None
    if by_option and waiting and meant(run, event) is None:
        choice = open_choice(run, event)
    if choice is None or waiting is None:
        return None
    return replace(wanted, choice=replace(choice, node=run.top.node, token=waiting.token))


def may_choose(session: Session, event: UserSaid, release: Release) -> bool:
    """Whether a question is open whose options a model may choose from.

    What was written before it was asked is no answer that only a model would see.
    """
    top = session.frames[-1] if session.frames else None
    if top is None or top.waiting is None or top.waiting.on != "reply" or event.early:
        return False
    if event.understood and event.understood.picked:
        return False
    return release.nodes(release.document.language)[top.flow, top.node].chooses()


def noted(event: UserSaid, wanted: Understanding, found: Understood | None) -> UserSaid:
    """The event with what was found out; where that is nothing, that it was tried."""
    if wanted.choice is None:
        return replace(event, understood=found or Understood(None))
    picked = found.picked if found and found.picked else Picked(wanted.choice.token)
    return replace(event, understood=replace(event.understood or Understood(None), picked=picked))
