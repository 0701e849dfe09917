"""What an agent finds when it is its turn: what was said before, and whom it talks with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace

from connectors.ai import Called, Digests, Line, asking, facts, guards, recalling
from connectors.ai.aside import Aside
from connectors.ai.background import Background
from connectors.ai.facts import Known
from connectors.ai.mood import felt
from runtime.core.effects.agent import AgentStep, CameBack, Heard, next_source


@dataclass(frozen=True)
class Scene:
    """``heard`` are the visitor's latest words, ``known`` what they make one think of.

    ``confidential``: only local models may read it, and what comes of it.
    """

    before: str
    heard: Heard | None
    known: tuple[Known, ...] = ()
    confidential: bool = False


@dataclass(frozen=True)
class Looking:
    """Finds it for one step."""

    aside: Aside  # as for anybody
    behind: Background
    digests: Digests
    call: Called

    async def scene(self, effect: AgentStep) -> Scene:
        """What is new in it is looked up once; facts always, for they may have been forgotten."""
        effect = replace(effect, confidential=effect.confidential or _tells(effect))
        heard, lines, private = effect.heard, recalling.NOBODY, effect.confidential
        new = heard is not None and heard.felt is None
        if effect.before is None or new:
            lines, private = await self.behind.heard(effect, self.aside.models)
        private = private or await self._reads(effect)
        before = effect.before
        if before is None:
            before = await self._before(effect, lines, confidential=private)
        if heard is None:
            return Scene(before, None, confidential=private)
        known = await self._known(heard, effect.language)
        if new:
            first = next_source(effect.steps)
            heard = replace(_felt(heard, lines, effect), first=first, known=len(known))
        return Scene(before, heard, tuple(known[: heard.known]), private)

    async def _reads(self, effect: AgentStep) -> bool:
        """Whether a local model may read the confidential passages that were found."""
        found = (step for step in effect.steps if isinstance(step, CameBack))
        if not any(one.confidential for step in found for one in step.sources):
            return False
        models, workspace = self.aside.models, self.call.workspace
        return await models.ready(workspace, effect.strength, confidential=True)

    async def _before(self, effect: AgentStep, lines: Sequence[Line], *, confidential: bool) -> str:
        """What was said before the first words that are still remembered as such."""
        if not effect.memory:
            return ""
        first = next((step for step in effect.steps if isinstance(step, Heard)), None)
        if first is not None and first.felt is not None:
            earlier = [line for line in lines if line.seq < first.seq]
        else:
            earlier = recalling.without(lines, first.text if first else "")
        purpose = replace(self.aside.purpose, confidential=confidential)
        talk = await recalling.recalled(
            recalling.before(earlier, ""),
            effect.memory,
            Aside(self.aside.models, self.aside.house, purpose, self.aside.until),
            self.digests,
            self.call.workspace,
            self.call.conversation,
        )
        return "\n\n".join(recalling.told(talk))

    async def _known(self, heard: Heard, language: str) -> list[Known]:
        asked = guards.visible(heard.text)[: guards.LONGEST]
        known = await self.behind.known(asked) or ()
        spoken = asking.language_of(asked, language)
        return facts.of_contact(known, asked, spoken, datetime.now(UTC))


def _tells(effect: AgentStep) -> bool:
    """Whether a flow may have given back what the visitor has said in confidence."""
    steps = (step for step in effect.steps if isinstance(step, CameBack))
    return effect.discreet and any(step.text for step in steps)


def _felt(heard: Heard, lines: Sequence[Line], effect: AgentStep) -> Heard:
    """With the visitor's mood, and the place of the words in the conversation."""
    seq = 0
    if lines:
        said = not recalling.without(lines[-1:], heard.text)
        seq = lines[-1].seq + (not said)
    spoken = asking.language_of(heard.text, effect.language)
    mood = felt(lines, heard.text, spoken) if effect.adapt_tone else "calm"
    return replace(heard, felt=mood, seq=seq)
