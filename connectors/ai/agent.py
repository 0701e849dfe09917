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

from connectors.ai import Called, Digests, HouseRules, asking, grounds, guards, judging
from connectors.ai.aside import Aside
from connectors.ai.background import Archive
from connectors.ai.dialogue import Dialogue
from connectors.ai.passages import shortened
from connectors.ai.scene import Looking, Scene
from connectors.ai.speech import Speech
from connectors.ai.telling import Telling
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
    "properties": {"reason": {"type": "string"}, "rule": {"type": "string"}},
}
_FINISH = Tool(
    FINISH,
    "The goal is reached, or the visitor wants nothing more. `text` is the last thing you say.",
    _TEXT,
)
_HAND_OVER = Tool(
    HAND_OVER,
    "A person has to take over. `reason` tells them what it is about; the visitor does not see it."
    " `rule` is the id of the house rule that leaves it to them, if one does.",
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
    """Performs `AgentStep`; its sentences are told as they come, as far as they may be.

    A decision that is no good is told to the model once.
    """

    models: Models
    archive: Archive
    digests: Digests

    async def __call__(self, key: str, effect: AgentStep, call: Called) -> Stepped:
        """Raises `EffectError`."""
        within = min(WITHIN, effect.seconds)
        until = asyncio.get_running_loop().time() + within
        behind = self.archive.of(call)
        try:
            async with asyncio.timeout(within):
                house = await behind.house(effect.brand)
                purpose = Purpose("agent", call.workspace, call.conversation, key)
                aside = Aside(self.models, house, purpose, until)
                scene = await Looking(aside, behind, self.digests, call).scene(effect)
                step = _Step(effect, house, scene)
                found = await self._decided(aside, step, call)
                return replace(
                    found, before=scene.before, heard=scene.heard, confidential=scene.confidential
                )
        except NoModel as error:
            kind = "no_model" if error.kind == "not_set_up" else error.kind
            raise EffectError(kind, f"the agent has no model to ask: {error}") from error
        except ModelFailed as error:
            raise EffectError(error.kind, f"the agent's model failed: {error}") from error
        except TimeoutError as error:
            message = f"the agent's model did not decide within {within:.0f} seconds"
            raise EffectError("timeout", message) from error

    async def _decided(self, aside: Aside, step: _Step, call: Called) -> Stepped:
        request = Request(
            step.said,
            replace(aside.purpose, confidential=step.scene.confidential),
            strength=step.effect.strength,
            tools=step.tools,
            longest=LONGEST,
            deadline=aside.left,
        )
        telling = Telling(self.models, call.progress, aside.purpose.key or "")
        cost, wrong = 0.0, ""
        for _ in range(2):
            reply, speech = await telling.told(request, step.speech)
            cost += reply.cost
            try:
                return replace(step.taken(reply, speech), cost=cost)
            except Unusable as error:
                wrong = str(error)
                said = (*request.said, *_told_off(reply, error))
                request = replace(request, said=said, deadline=aside.left)
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

    def __init__(self, effect: AgentStep, house: HouseRules, scene: Scene) -> None:
        self.effect, self.scene, self._house = effect, scene, house
        offered = (Tool(one.name, one.description, one.parameters) for one in effect.tools)
        own = (_FINISH, _HAND_OVER) if effect.converses else (_HAND_OVER,)
        self.tools = (*offered, *own)
        self._schemas = {tool.name: tool.parameters for tool in self.tools}
        self._secret = _manners(effect, house)
        self._dialogue = Dialogue(effect.steps, scene)
        told = "\n\n".join((self._secret, *_goal(effect)))
        self.said = (Said("system", told), *self._dialogue.said)

    def speech(self) -> Speech:
        """What the model begins to say."""
        return Speech(self._wrong, self._shown, FINISH)

    def taken(self, reply: Reply, speech: Speech) -> Stepped:
        """What the reply decides. Raises `Unusable`."""
        made = reply.calls[:MOST_CALLS]
        for call in made:
            self._check(call)
        first = {call.name: call.arguments for call in reversed(made)}
        if over := first.get(HAND_OVER):
            reason, rule = str(over["reason"]).strip()[:500], str(over.get("rule", ""))
            known = judging.policy_of(self._house, rule)
            found = self._meanwhile("hand_over", speech)
            return replace(found, reason=reason, rule=known.id if known else "")
        if used := [call for call in made if call.name != FINISH]:
            found = self._meanwhile("call", speech)
            return replace(found, calls=tuple(self._use(call) for call in used))
        does: Does = "done" if FINISH in first or not self.effect.converses else "say"
        speech.end(str(first.get(FINISH, {}).get("text", "")))
        return self._answer(does, speech, cut=reply.cut)

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

    def _answer(self, does: Does, speech: Speech, *, cut: bool) -> Stepped:
        """Raises `Unusable` for words that no visitor should read."""
        if speech.wrong:
            raise Unusable(speech.wrong)
        if cut or not speech.text:
            raise Unusable("it is too long: say it briefly." if cut else "it is empty.")
        return Stepped(does, speech.text, citations=self._cited(speech.said))

    def _meanwhile(self, does: Does, speech: Speech) -> Stepped:
        """What is said on the way, as far as it may be."""
        speech.end()
        return Stepped(does, speech.text, citations=self._cited(speech.said))

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
        if any(grounds.unknown_sign(one, known) for one in sums if grounds.numbers(one)):
            return "it has a currency that no tool gave; copy amounts exactly, or leave them out."
        if guards.promises(text) and not any(map(guards.promises, known)):
            return "it promises what nothing you know promises."
        return None

    def _shown(self, text: str) -> str:
        """With the marks of sources that there are, and with what was hidden."""
        kept = _MARK.sub(lambda found: _kept(found, self._dialogue.sources), text)
        return self._dialogue.restored(kept)

    def _cited(self, text: str) -> tuple[Citation, ...]:
        """The sources of a text; confidential ones also where it does not name them.

        By its sources is known what must not be read by others again.
        """
        sources, secrets = self._dialogue.sources, self._dialogue.secrets
        marks = dict.fromkeys(int(found[1]) for found in _MARK.finditer(text))
        numbers = [number for number in marks if number in sources]
        if text and not any(sources[number].confidential for number in numbers):
            numbers += secrets
        return tuple(
            replace(sources[n], text=shortened(sources[n].text, text, CITED)) for n in numbers
        )


_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MARK = re.compile(r"(?:\s*)\[(\d{1,3})\](?!\()")


def _kept(found: re.Match[str], sources: Mapping[int, Citation]) -> str:
    return found[0] if int(found[1]) in sources else ""


def _manners(effect: AgentStep, house: HouseRules) -> str:
    """What only the model is told."""
    how = _CONVERSES if effect.converses else _ANSWERS_ONCE
    prompt = f"{prompts.text('agent', house.prompts)}\n\n{how}"
    return asking.manners(prompt, effect.persona, house)


def _goal(effect: AgentStep) -> tuple[str, ...]:
    """The same at every step, as manners are, so that providers remember both."""
    language = asking.language_name(effect.language)
    return (
        f"# The goal\n{effect.instructions.strip()}",
        f"The visitor's language: {language}, unless they write in another.",
        f"Today: {datetime.now(UTC):%A, %Y-%m-%d}.",
    )
