"""Answers to effects in a simulation: what a test says, else what the effect itself makes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from runtime.core.contract import (
    Choosing,
    EffectDone,
    EffectFailed,
    Facts,
    Picked,
    Understood,
)
from runtime.core.session import Performed

UNDERSTAND = "understand"  # the key of a model's choice among options: no effect, but faked as one
BY = "a fake"


class Fakes:
    """Answers by effect kind (``connector.call``) or by kind and node (``connector.call#pay``).

    A value is the result, ``{"error": kind, "message": …}`` a failure, a list the answers in
    order, of which the last one stays. Without a fake no model chooses among options.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self._answers = dict(answers or {})
        self._used: dict[str, int] = {}

    def answer(self, performed: Performed, facts: Facts) -> EffectDone | EffectFailed:
        """How the effect ended. Only for effects that somebody waits for."""
        token, effect = performed.token or "", performed.effect
        for key in (f"{effect.kind}#{performed.node}", effect.kind):
            if key in self._answers:
                return _ending(token, self._next(key))
        return EffectDone(token, msgspec.to_builtins(effect.fake(facts)))

    def picked(self, choice: Choosing) -> Understood | None:
        """What a model would make of an answer that fits no option: ``{"options": [id], "sure"?}``
        under ``understand`` or ``understand#node``.
        """
        for key in (f"{UNDERSTAND}#{choice.node}", UNDERSTAND):
            if key in self._answers:
                return Understood(None, picked=_picked(self._next(key), choice.token))
        return None

    def _next(self, key: str) -> Any:
        answer = self._answers[key]
        if not isinstance(answer, list) or not answer:
            return answer
        answers = cast("list[Any]", answer)
        used = self._used.get(key, 0)
        self._used[key] = used + 1
        return answers[min(used, len(answers) - 1)]


def _picked(answer: Any, token: str) -> Picked:
    match answer:
        case {"options": [*options], **rest} if set(rest) <= {"sure"}:
            score = rest.get("sure", 1.0)
            sure = float(score) if isinstance(score, int | float) else 0.0
            return Picked(token, tuple(map(str, cast("list[Any]", options))), sure, BY)
        case _:
            return Picked(token)


def _ending(token: str, answer: Any) -> EffectDone | EffectFailed:
    match answer:
        case {"error": str(kind), **rest} if set(rest) <= {"message"}:
            return EffectFailed(token, kind, str(rest.get("message", "")))
        case _:
            return EffectDone(token, answer)
