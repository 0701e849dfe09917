"""What a line of a test's talk expects, held against a simulated conversation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from runtime.core.contract import Message
from runtime.core.document import Step
from runtime.core.expressions.conditions import pattern

if TYPE_CHECKING:
    from runtime.simulator import Simulator

_ESCAPED = re.compile(r"\\([^\w\s])")


class Mismatch(NamedTuple):
    """What a line expected and what there was instead, both in words."""

    expected: str
    got: str


class Expectations:
    """Checks one conversation line by line; each of the bot's messages is matched once."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._heard = 0  # how many of the bot's messages are matched or passed over

    def check(self, step: Step) -> Mismatch | None:
        """What is wrong with an expecting line; None: it is met."""
        return _CHECKS[step.kind](self, step.value)

    def bot(self, expected: str) -> Mismatch | None:
        """The next message that matches; those before it are passed over.

        On a channel that cannot show all, it may be what was meant as well as what was shown.
        """
        said = [line for line in self._simulator.transcript if line.by == "bot"]
        unheard = said[self._heard :]
        for index, line in enumerate(unheard):
            forms = [line.message, *([line.meant] if line.meant else [])]
            if any(matches(expected, spoken(form)) for form in forms):
                self._heard += index + 1
                return None
        told = " · ".join(spoken(line.message) for line in unheard)
        return Mismatch(expected, told or "nothing more was said")

    def vars(self, expected: Mapping[str, Any]) -> Mismatch | None:
        variables = self._simulator.variables
        wrong = {n: v for n, v in expected.items() if not agrees(v, variables.get(n))}
        if not wrong:
            return None
        return Mismatch(_json(wrong), _json({name: variables.get(name) for name in wrong}))

    def status(self, expected: str) -> Mismatch | None:
        status = self._simulator.status
        return None if status == expected else Mismatch(expected, status)

    def performed(self, expected: str | Mapping[str, Any]) -> Mismatch | None:
        wanted: Mapping[str, Any] = {expected: {}} if isinstance(expected, str) else expected
        done = list(self._done())
        for kind, arguments in wanted.items():
            if not any(kind == name and agrees(arguments, given) for name, given in done):
                return Mismatch(f"{kind} {_json(arguments)}", _list(done))
        return None

    def not_performed(self, unwanted: str | tuple[str, ...] | Mapping[str, Any]) -> Mismatch | None:
        names = (unwanted,) if isinstance(unwanted, str) else unwanted
        rules = names.items() if isinstance(names, Mapping) else ((name, {}) for name in names)
        for kind, arguments in rules:
            found = [d for d in self._done() if d[0] == kind and agrees(arguments, d[1])]
            if found:
                return Mismatch(f"no {kind}", _list(found))
        return None

    def node_reached(self, expected: str | tuple[str, ...]) -> Mismatch | None:
        trace = self._simulator.trace
        reached = {visit.node for visit in trace} | {f"{v.flow}.{v.node}" for v in trace}
        names = (expected,) if isinstance(expected, str) else expected
        missed = [name for name in names if name not in reached]
        path = " → ".join(dict.fromkeys(visit.node for visit in trace))
        return Mismatch(", ".join(missed), path) if missed else None

    def handed_off(self, expected: bool | str) -> Mismatch | None:
        if isinstance(expected, str):
            return Mismatch(f"handed to {expected}", "there are no teams: write true or false")
        was = self._simulator.handed_off
        return None if was == expected else Mismatch(*_yes_no(expected, was))

    def latency_below(self, seconds: float) -> Mismatch | None:
        took = self._simulator.slowest
        return None if took < seconds else Mismatch(f"below {seconds} s", f"{took:.3f} s")

    def confidence_at_least(self, least: float) -> Mismatch | None:
        had = self._simulator.confidence
        if had is not None and had >= least:
            return None
        return Mismatch(f"at least {least}", "no answer yet" if had is None else str(had))

    def persona(self, expected: Any) -> Mismatch | None:
        return Mismatch(_json(expected), "nobody here can play a visitor: write what they say")

    def _done(self) -> Iterator[tuple[str, Any]]:
        for performed in self._simulator.performed:
            yield performed.effect.kind, msgspec.to_builtins(performed.effect)


_CHECKS: dict[str, Callable[[Expectations, Any], Mismatch | None]] = {
    "bot": Expectations.bot,
    "vars": Expectations.vars,
    "status": Expectations.status,
    "performed": Expectations.performed,
    "not_performed": Expectations.not_performed,
    "node_reached": Expectations.node_reached,
    "handed_off": Expectations.handed_off,
    "latency_below": Expectations.latency_below,
    "confidence_at_least": Expectations.confidence_at_least,
    "persona": Expectations.persona,
}


def spoken(message: Message) -> str:
    """A message as one text: what a picture, file or card shows stands for it."""
    cards = (str(card.get("title", "")) for card in message.cards)
    names = (file.name for file in message.files)
    return " ".join(part for part in (message.text, message.url, *names, *cards) if part)


def matches(expected: str, text: str) -> bool:
    """Exactly, or ``~word`` somewhere in it, or ``/pattern/``; with or without escapes."""
    readings = {text, _ESCAPED.sub(r"\1", text)}
    if len(expected) > 2 and expected.startswith("/") and expected.endswith("/"):
        return any(pattern(expected[1:-1]).search(reading) for reading in readings)
    if expected.startswith("~"):
        part = expected[1:].strip().casefold()
        return any(part in reading.casefold() for reading in readings)
    return expected.strip() in {reading.strip() for reading in readings}


def agrees(expected: Any, given: Any) -> bool:
    """Whether ``given`` holds what is expected: of an object only the keys that are named."""
    if isinstance(expected, Mapping):
        wanted = cast("Mapping[str, Any]", expected)
        has = cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else None
        return has is not None and all(agrees(v, has.get(k)) for k, v in wanted.items())
    if isinstance(expected, bool) or isinstance(given, bool):
        return expected is given
    return expected == given


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _list(done: list[tuple[str, Any]]) -> str:
    return ", ".join(f"{kind} {_json(given)}" for kind, given in done) or "nothing was performed"


def _yes_no(expected: bool, was: bool) -> tuple[str, str]:
    words = {True: "a person got the conversation", False: "no person got the conversation"}
    return words[expected], words[was]
