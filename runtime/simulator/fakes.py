"""Answers to effects in a simulation: what a test says, else what the effect itself makes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from runtime.core.contract import EffectDone, EffectFailed, Facts
from runtime.core.session import Performed


class Fakes:
    """Answers by effect kind (``connector.call``) or by kind and node (``connector.call#pay``).

    A value is the result, ``{"error": kind, "message": …}`` a failure, a list the answers in
    order, of which the last one stays.
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

    def _next(self, key: str) -> Any:
        answer = self._answers[key]
        if not isinstance(answer, list) or not answer:
            return answer
        answers = cast("list[Any]", answer)
        used = self._used.get(key, 0)
        self._used[key] = used + 1
        return answers[min(used, len(answers) - 1)]


def _ending(token: str, answer: Any) -> EffectDone | EffectFailed:
    match answer:
        case {"error": str(kind), **rest} if set(rest) <= {"message"}:
            return EffectFailed(token, kind, str(rest.get("message", "")))
        case _:
            return EffectDone(token, answer)
