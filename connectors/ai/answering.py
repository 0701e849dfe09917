"""``ai.answer``: ready answers, prices, knowledge through a model; else "I don't know"."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from connectors.ai import (
    Called,
    Digests,
    HouseRules,
    Line,
    Policy,
    Search,
    asking,
    facts,
    guards,
    judging,
    passages,
    quoting,
    recalling,
    reranking,
)
from connectors.ai.aside import Aside
from connectors.ai.background import Archive, Background
from connectors.ai.facts import Known
from connectors.ai.mood import felt
from connectors.ai.recalling import Talk
from connectors.ai.writing import Writing
from connectors.llm import ModelFailed, Models, NoModel, Purpose
from runtime.core.effects import EffectError
from runtime.core.effects.ai import Answered, AnswerQuestion, Mood
from runtime.core.effects.knowledge import Passage

log = logging.getLogger("flyt.ai")

WITHIN = 24.0  # seconds until there is an answer of some kind
SEARCHED = 8.0  # seconds for looking things up
LEAST = 2.0  # seconds: with less left no model is asked
FOUND = 8  # passages that are looked at; more where a model puts them in order

_WHICH_RULE: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["rule"],
    "properties": {"rule": {"type": "string"}},
}


@dataclass(frozen=True)
class Answering:
    """Performs `AnswerQuestion`; its sentences are told as they are proved."""

    models: Models
    search: Search
    archive: Archive
    digests: Digests

    async def __call__(
        self, key: str, effect: AnswerQuestion, call: Called, behind: Background | None = None
    ) -> Answered:
        """``behind`` is what was read already. Raises `EffectError` where a search fails."""
        behind = behind or self.archive.of(call)
        until = asyncio.get_running_loop().time() + WITHIN
        house = await behind.house(effect.brand)
        lines, private = await behind.heard(effect, self.models)
        purpose = Purpose("answer", call.workspace, call.conversation, key, private)
        aside = Aside(self.models, house, purpose, until)
        return await _Question(self, effect, call, aside, behind, lines).answered()


class _Question:
    """One question on its way to an answer."""

    def __init__(
        self,
        desk: Answering,
        effect: AnswerQuestion,
        call: Called,
        aside: Aside,
        behind: Background,
        lines: Sequence[Line],
    ) -> None:
        self._desk, self._effect, self._call, self._aside = desk, effect, call, aside
        self._behind = behind
        self._house: HouseRules = aside.house
        self._key = aside.purpose.key or ""
        self._now = datetime.now(UTC)
        self._asked = guards.masked(guards.visible(effect.question)[: guards.LONGEST]).text
        self._language = asking.language_of(self._asked, effect.language)
        self._before = recalling.before(lines, effect.question) if effect.memory else []
        self._mood: Mood = "calm"
        if effect.adapt_tone:
            self._mood = felt(lines, effect.question, self._language)

    async def answered(self) -> Answered:
        orders = guards.gives_orders(self._effect.question)
        ready = not orders and await self._desk.models.ready(
            self._call.workspace, self._effect.strength
        )
        return replace(await self._reached(orders, ready), mood=self._mood)

    async def _reached(self, orders: bool, ready: bool) -> Answered:
        question = await self._by_itself(asks=ready)
        found = passages.harmless(await self._found(question))
        if not ready:
            why = "the message gives orders to the bot" if orders else "no model can be asked"
            return self._without_model(question, found, why)
        known = self._known(question, found)
        facts_ = [] if known else await self._facts(question)
        if known or not (found or facts_):
            policy = await self._rule(question)
            if policy is None:
                return known or Answered("", "nothing_found", reason="nothing was found")
            if policy.action != "ask_first":
                return quoting.ruled(policy, self._language)
        if self._effect.rerank and not known:
            found = await reranking.ordered(self._aside, question, found)
        try:
            return await self._by_model(question, found, facts_)
        except (NoModel, ModelFailed, TimeoutError) as error:
            log.info("effect %s is answered without a model: %s", self._key, error)
            kind = getattr(error, "kind", "timeout")
            return self._without_model(question, found, f"no model answered: {kind}")

    # What is there --------------------------------------------------------------------------

    async def _by_itself(self, *, asks: bool) -> str:
        """The question so that it can be searched for without what was said before."""
        lines = recalling.latest(self._before, self._effect.memory)
        before = [line.text for line in lines if line.by == "visitor"]
        if not before or not asking.needs_context(self._asked):
            return self._asked
        if asks:
            told = f"<conversation>\n{recalling.spoken(lines)}\n</conversation>\n\n"
            told += f"<message>\n{guards.as_data(self._asked)}\n</message>"
            reply = await self._aside.ask("standalone", told)
            text = " ".join(reply.text.split()) if reply else ""
            if text and len(text) <= len(self._asked) + 300 and not guards.gives_orders(text):
                return text
        return f"{before[-1]} {self._asked}"

    async def _found(self, question: str) -> tuple[Passage, ...]:
        """Raises `EffectError`."""
        try:
            async with asyncio.timeout(SEARCHED):
                return await self._desk.search.find(
                    self._call.workspace,
                    question,
                    collections=self._effect.collections,
                    language=self._language,
                    brand=self._effect.brand,
                    top_k=reranking.LOOKED_AT if self._effect.rerank else FOUND,
                    confidential=self._aside.purpose.confidential,
                )
        except TimeoutError as error:
            message = f"knowledge was not found within {SEARCHED:.0f} seconds"
            raise EffectError("timeout", message) from error

    async def _facts(self, question: str) -> list[Known]:
        """What is known of the contact and may be told."""
        known = await self._behind.known(question) or ()
        return facts.of_contact(known, question, self._language, self._now)

    def _known(self, question: str, found: Sequence[Passage]) -> Answered | None:
        """An answer that needs no model."""
        ready = quoting.ready_answer(question, self._language, found)
        return ready or quoting.price_answer(question, found)

    def _without_model(self, question: str, found: Sequence[Passage], why: str) -> Answered:
        policy = quoting.rule_by_words(self._asked, self._house)
        if policy:
            made = quoting.ruled(policy, self._language)
        else:
            known = self._known(question, found)
            threshold = self._effect.threshold
            made = known or quoting.quoted(question, self._language, found, threshold)
        return replace(made, reason=f"{made.reason}; {why}")

    # Asking a model -------------------------------------------------------------------------

    async def _rule(self, question: str) -> Policy | None:
        """The house rule that forbids to answer at once."""
        if not self._house.policies:
            return None
        told = f"# House rules\n{asking.rules(self._house)}\n\n"
        told += f"<question>\n{guards.as_data(question)}\n</question>"
        reply = await self._aside.ask("rules", told, _WHICH_RULE)
        if reply is None or not isinstance(reply.data, dict):
            return quoting.rule_by_words(self._asked, self._house)
        return judging.policy_of(self._house, str(reply.data.get("rule", "")))

    async def _talk(self) -> Talk:
        call, effect = self._call, self._effect
        if not effect.memory:
            return Talk()
        return await recalling.recalled(
            self._before,
            effect.memory,
            self._aside,
            self._desk.digests,
            call.workspace,
            call.conversation,
        )

    async def _by_model(
        self, question: str, found: Sequence[Passage], known: Sequence[Known]
    ) -> Answered:
        """Raises `NoModel`, `ModelFailed` and `TimeoutError`."""
        if self._aside.left < LEAST:
            raise TimeoutError("no time is left for a model")
        talk = await self._talk()
        read = passages.chosen(found, question)
        asked = asking.the_question(
            self._asked, self._language, read, known, talk, self._mood, self._now
        )
        private = any(one.confidential for one in read)
        told = asking.instructions(self._effect, self._house)
        sources = [*read, *(one.source for one in known)]
        writing = Writing(self._aside, self._effect.strength, self._call.progress, sources)
        as_put = judging.Asked(
            self._asked, self._language, self._effect.threshold, self._house, told
        )
        made = await writing.written(as_put, asked, confidential=private)
        return replace(made, personal=bool(known), confidential=private and bool(made.text))
