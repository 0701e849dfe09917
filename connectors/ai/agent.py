"""``ai.agent``: a model is asked what to do next; it does nothing itself."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from connectors.ai import Called, History, HouseRules, Houses, asking, grounds, guards, recalling
from connectors.ai.dialogue import Dialogue
from connectors.ai.passages import shortened
from connectors.llm import (
    ModelFailed,
    Models,
    NoModel,
    Purpose,
    Reply,
    Request,
    Said,
    Tool,
    ToolCall,
    prompts,
)
from connectors.llm.structured import NotAsAsked, checked
from runtime.core.agents.tools import FINISH, HAND_OVER
from runtime.core.contract import Citation
from runtime.core.effects import EffectError
from runtime.core.effects.agent import AgentStep, Does, Stepped, ToolUse

WITHIN = 40.0  # seconds for one step, if the node leaves as many
REMEMBERED = 10  # messages before the agent began
MOST_BEFORE = 1_200  # characters of them
LONGEST = 900  # tokens of what it says
MOST_CALLS = 5  # in one step
LARGEST = 3_000  # characters of a call's values
CITED = 300  # characters of a citation's own words

_TEXT: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {"text": {"type": "string"}},
}
_REASON: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["reason"],
    "properties": {"reason": {"type": "string"}},
}
_FINISH = Tool(
    FINISH,
    "The goal is reached, or the visitor wants nothing more. `text` is the last thing you say.",
    _TEXT,
)
_HAND_OVER = Tool(
    HAND_OVER,
    "A person has to take over. `reason` tells them what it is about; the visitor does not see it.",
    _REASON,
)
_CONVERSES = (
    "You talk with the visitor: say something and they answer. Ask for one thing at a time. Call"
    f" `{FINISH}` when the goal is reached or the visitor wants nothing more, and not before."
)
_ANSWERS_ONCE = (
    "You say one thing to the visitor, and that is all: they cannot answer you. Use your tools"
    " first, then say what came of it."
)


@dataclass(frozen=True)
class Acting:
    """Performs `AgentStep`. A decision that is no good is told to the model once."""

    models: Models
    history: History
    houses: Houses

    async def __call__(self, key: str, effect: AgentStep, call: Called) -> Stepped:
        """Raises `EffectError`."""
        house = (await self.houses.rules(call.workspace)).of(effect.brand)
        before = effect.before if effect.before is not None else await self._before(effect, call)
        step = _Step(effect, house, before)
        within = min(WITHIN, effect.seconds)
        try:
            async with asyncio.timeout(within):
                return replace(await self._decided(key, call, step, within), before=before)
        except NoModel as error:
            kind = "no_model" if error.kind == "not_set_up" else error.kind
            raise EffectError(kind, f"the agent has no model to ask: {error}") from error
        except ModelFailed as error:
            raise EffectError(error.kind, f"the agent's model failed: {error}") from error
        except TimeoutError as error:
            message = f"the agent's model did not decide within {within:.0f} seconds"
            raise EffectError("timeout", message) from error

    async def _before(self, effect: AgentStep, call: Called) -> str:
        lines = await self.history.last(call.workspace, call.conversation, REMEMBERED)
        told = [one for one in lines if effect.confidential or not one.confidential]
        earlier = recalling.before(told, effect.heard)
        return recalling.spoken(recalling.latest(earlier, REMEMBERED, MOST_BEFORE))

    async def _decided(self, key: str, call: Called, step: _Step, within: float) -> Stepped:
        effect = step.effect
        purpose = Purpose("agent", call.workspace, call.conversation, key, effect.confidential)
        request = Request(
            step.said,
            purpose,
            strength=effect.strength,
            tools=step.tools,
            longest=LONGEST,
            deadline=within,
        )
        cost, wrong = 0.0, ""
        for _ in range(2):
            reply = await self.models.ask(request)
            cost += reply.cost
            try:
                return replace(step.taken(reply), cost=cost)
            except Unusable as error:
                wrong = str(error)
                request = replace(request, said=(*request.said, *_told_off(reply, error)))
        raise EffectError("bad_step", f"the agent's model decided nothing usable: {wrong}")


class Unusable(Exception):
    """What a model decided cannot be done or said; the message tells it why."""


def _told_off(reply: Reply, error: Unusable) -> list[Said]:
    """The decision as it was, and what is wrong with it."""
    told = [Said("assistant", reply.text, calls=reply.calls)]
    if not reply.calls:
        return [*told, Said("user", f"(This was not shown to the visitor: {error})")]
    return [*told, *(Said("tool", f"Nothing was done: {error}", tool=c.id) for c in reply.calls)]


class _Step:
    """One step: what the model is told, and what is made of its reply."""

    def __init__(self, effect: AgentStep, house: HouseRules, before: str) -> None:
        self.effect, self._house = effect, house
        offered = (Tool(one.name, one.description, one.parameters) for one in effect.tools)
        own = (_FINISH, _HAND_OVER) if effect.converses else (_HAND_OVER,)
        self.tools = (*offered, *own)
        self._schemas = {tool.name: tool.parameters for tool in self.tools}
        self._secret = _manners(effect, house)
        self._dialogue = Dialogue(effect.steps, before)
        self.said = (Said("system", _instructions(effect, house)), *self._dialogue.said)

    def taken(self, reply: Reply) -> Stepped:
        """What the reply decides. Raises `Unusable`."""
        for call in reply.calls[:MOST_CALLS]:
            self._check(call)
        calls = {call.name: call.arguments for call in reply.calls[:MOST_CALLS]}
        if HAND_OVER in calls:
            return Stepped("hand_over", str(calls[HAND_OVER]["reason"]).strip()[:500])
        used = [call for call in reply.calls[:MOST_CALLS] if call.name != FINISH]
        if used:
            return Stepped("call", calls=tuple(self._use(call) for call in used))
        does: Does = "done" if FINISH in calls or not self.effect.converses else "say"
        text = str(calls[FINISH]["text"]) if FINISH in calls else ""
        return self._speech(does, text.strip() or reply.text, cut=reply.cut)

    def _check(self, call: ToolCall) -> None:
        """Raises `Unusable` for a tool that there is not, and values that do not fit."""
        schema = self._schemas.get(call.name)
        if schema is None:
            names = ", ".join(self._schemas)
            raise Unusable(f"there is no tool {call.name[:64]!r}; there are: {names}.")
        written = json.dumps(call.arguments, ensure_ascii=False)
        if len(written) > LARGEST:
            raise Unusable(f"the values for {call.name} are too long: be brief.")
        try:
            checked(written, schema)
        except NotAsAsked as wrong:
            raise Unusable(f"the values for {call.name} do not fit: {wrong}") from None

    def _use(self, call: ToolCall) -> ToolUse:
        return ToolUse(call.id, call.name, self._dialogue.restored(call.arguments))

    # What is said -----------------------------------------------------------------------------

    def _speech(self, does: Does, text: str, *, cut: bool) -> Stepped:
        """Raises `Unusable` for words that no visitor should read."""
        shown = guards.visible(text).strip()
        if not shown or cut:
            raise Unusable("it is empty." if not shown else "it is too long: say it briefly.")
        if wrong := self._wrong(shown):
            raise Unusable(wrong)
        shown, citations = self._cited(shown)
        return Stepped(does, self._dialogue.restored(shown), citations=citations)

    def _wrong(self, text: str) -> str | None:
        if guards.tells(text, self._secret) or guards.gives_orders(text):
            return "it repeats what only you were told."
        effect, rules = self.effect, (one.rule for one in self._house.policies)
        known = [effect.instructions, effect.persona, *rules, *self._dialogue.results]
        if grounds.unknown_address(text, [*known, *self._dialogue.heard]):
            return "it has an address that no tool gave; leave it out."
        sums = [one for one in _SENTENCE.split(text) if grounds.is_money(one)]
        if any(grounds.unknown_number(one, known) for one in sums):
            return "it has an amount that no tool gave; copy amounts exactly, or leave them out."
        if guards.promises(text) and not any(map(guards.promises, known)):
            return "it promises what nothing you know promises."
        return None

    def _cited(self, text: str) -> tuple[str, tuple[Citation, ...]]:
        """The text with the marks of passages that there are, and those passages."""
        sources = self._dialogue.sources
        marks = dict.fromkeys(int(found[1]) for found in _MARK.finditer(text))
        used = tuple(
            replace(sources[n], text=shortened(sources[n].text, text, CITED))
            for n in marks
            if n in sources
        )
        return _MARK.sub(lambda found: _kept(found, sources), text), used


_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MARK = re.compile(r"(?:\s*)\[(\d{1,3})\](?!\()")


def _kept(found: re.Match[str], sources: Mapping[int, Citation]) -> str:
    return found[0] if int(found[1]) in sources else ""


def _manners(effect: AgentStep, house: HouseRules) -> str:
    """What only the model is told."""
    how = _CONVERSES if effect.converses else _ANSWERS_ONCE
    return f"{prompts.text('agent', house.prompts)}\n\n{how}"


def _instructions(effect: AgentStep, house: HouseRules) -> str:
    """The same at every step, so that providers remember it."""
    persona = (effect.persona or house.persona).strip()
    language = asking.language_name(effect.language)
    parts = (
        _manners(effect, house),
        f"# Who speaks\n{persona}" if persona else "",
        f"# House rules\n{asking.rules(house)}" if house.policies else "",
        f"# The goal\n{effect.instructions.strip()}",
        f"The visitor's language: {language}, unless they write in another.",
        f"Today: {datetime.now(UTC):%A, %Y-%m-%d}.",
    )
    return "\n\n".join(part for part in parts if part)
