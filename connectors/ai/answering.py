"""``ai.answer``: ready answers, prices, knowledge through a model; else "I don't know"."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from connectors.ai import (
    Called,
    History,
    HouseRules,
    Houses,
    Line,
    Policy,
    Search,
    asking,
    grounds,
    guards,
    passages,
    quoting,
)
from connectors.ai.statements import PROMISED, SCHEMA, Answer, Draft, Unfinished
from connectors.llm import (
    ModelFailed,
    Models,
    NoModel,
    Purpose,
    Reply,
    Request,
    Said,
    Strength,
    prompts,
)
from runtime.core.effects import EffectError
from runtime.core.effects.ai import Answered, AnswerQuestion
from runtime.core.effects.knowledge import Passage
from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in

log = logging.getLogger("flyt.ai")

WITHIN = 24.0  # seconds until there is an answer of some kind
SEARCHED = 8.0  # seconds for looking things up
ASIDE = 5.0  # seconds for a small question to the cheap model
LEAST = 2.0  # seconds: with less left no model is asked
FOUND = 8  # passages that are looked at
LONGEST = 900  # tokens of an answer
OF_SEARCH = 0.4  # of the confidence comes from the search, the rest from the model

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
    history: History
    houses: Houses

    async def __call__(self, key: str, effect: AnswerQuestion, call: Called) -> Answered:
        """Raises `EffectError` where knowledge cannot be searched."""
        until = asyncio.get_running_loop().time() + WITHIN
        house = await self.houses.rules(call.workspace)
        return await _Question(self, key, effect, call, house, until).answered()


class _Question:
    """One question on its way to an answer."""

    def __init__(
        self,
        desk: Answering,
        key: str,
        effect: AnswerQuestion,
        call: Called,
        house: HouseRules,
        until: float,
    ) -> None:
        self._desk, self._key, self._effect, self._call = desk, key, effect, call
        self._house, self._until = house, until
        self._asked = guards.masked(guards.visible(effect.question)[: guards.LONGEST]).text
        other = written_in(self._asked, LANGUAGES, effect.language)
        self._language = other or effect.language

    async def answered(self) -> Answered:
        lines = await self._remembered()
        orders = guards.gives_orders(self._effect.question)
        ready = not orders and await self._ready("strong")
        question = await self._by_itself(lines, asks=ready)
        found = passages.harmless(await self._found(question))
        if not ready:
            why = "the message gives orders to the bot" if orders else "no model can be asked"
            return self._without_model(question, found, why)
        known = self._known(question, found)
        if known or not found:
            policy = await self._rule(question)
            if policy is None:
                return known or Answered("", "nothing_found", reason="nothing was found")
            if policy.action != "ask_first":
                return quoting.ruled(policy, self._language)
        try:
            return await self._by_model(question, lines, found)
        except (NoModel, ModelFailed, TimeoutError) as error:
            log.info("effect %s is answered without a model: %s", self._key, error)
            kind = getattr(error, "kind", "timeout")
            return self._without_model(question, found, f"no model answered: {kind}")

    # What is there --------------------------------------------------------------------------

    async def _remembered(self) -> list[Line]:
        if not self._effect.memory:
            return []
        lines = await self._desk.history.last(
            self._call.workspace, self._call.conversation, self._effect.memory + 1
        )
        return asking.remembered(lines, self._effect.question)[-self._effect.memory :]

    async def _by_itself(self, lines: Sequence[Line], *, asks: bool) -> str:
        """The question so that it can be searched for without what was said before."""
        before = [line.text for line in lines if line.by == "visitor"]
        if not before or not asking.needs_context(self._asked):
            return self._asked
        if asks:
            told = f"<conversation>\n{asking.spoken(lines)}\n</conversation>\n\n"
            told += f"<message>\n{guards.as_data(self._asked)}\n</message>"
            reply = await self._aside("standalone", told)
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
                    top_k=FOUND,
                )
        except TimeoutError as error:
            message = f"knowledge was not found within {SEARCHED:.0f} seconds"
            raise EffectError("timeout", message) from error

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
        return msgspec.structs.replace(made, reason=f"{made.reason}; {why}")

    # Asking a model -------------------------------------------------------------------------

    @property
    def _left(self) -> float:
        return self._until - asyncio.get_running_loop().time()

    async def _ready(self, strength: Strength) -> bool:
        return await self._desk.models.ready(self._call.workspace, strength)

    def _request(self, said: tuple[Said, ...], **more: Any) -> Request:
        call, effect = self._call, self._effect
        purpose = Purpose(
            "answer", call.workspace, call.conversation, self._key, effect.confidential
        )
        return Request(said, purpose, **more)

    async def _aside(
        self, name: str, told: str, schema: dict[str, Any] | None = None
    ) -> Reply | None:
        """The cheap model's word on something small; None where it has none in time."""
        said = (Said("system", prompts.text(name, self._house.prompts)), Said("user", told))
        within = min(ASIDE, self._left)
        request = self._request(
            said, strength="cheap", schema=schema, longest=200, temperature=0.0, deadline=within
        )
        try:
            async with asyncio.timeout(within):
                return await self._desk.models.ask(request)
        except (NoModel, ModelFailed, TimeoutError) as error:
            log.info("effect %s goes on without %s: %s", self._key, name, error)
            return None

    async def _rule(self, question: str) -> Policy | None:
        """The house rule that forbids to answer at once."""
        if not self._house.policies:
            return None
        told = f"# House rules\n{asking.rules(self._house)}\n\n"
        told += f"<question>\n{guards.as_data(question)}\n</question>"
        reply = await self._aside("rules", told, _WHICH_RULE)
        if reply is None or not isinstance(reply.data, dict):
            return quoting.rule_by_words(self._asked, self._house)
        return self._policy(str(reply.data.get("rule", "")))

    def _policy(self, id_: str) -> Policy | None:
        return next((one for one in self._house.policies if one.id == id_), None)

    async def _by_model(
        self, question: str, lines: Sequence[Line], found: Sequence[Passage]
    ) -> Answered:
        """Raises `NoModel`, `ModelFailed` and `TimeoutError`."""
        if self._left < LEAST:
            raise TimeoutError("no time is left for a model")
        told = asking.instructions(self._effect, self._house)
        read = passages.chosen(found, question)
        now = datetime.now(UTC)
        asked = asking.the_question(self._asked, self._language, read, lines, now)
        request = self._request(
            (Said("system", told), Said("user", asked)),
            strength=self._effect.strength,
            schema=SCHEMA,
            longest=LONGEST,
            deadline=self._left,
        )
        async with asyncio.timeout(self._left):
            reply, draft = await self._streamed(request, read, told)
        try:
            answer = msgspec.convert(reply.data, Answer)
        except msgspec.ValidationError as error:
            raise ModelFailed("bad_answer", str(error)) from error
        for statement in answer.statements[draft.seen :]:
            draft.add(statement)
        return self._judged(answer, draft, told)

    def _draft(self, read: Sequence[Passage], told: str) -> Draft:
        return Draft(read, self._asked, told)

    async def _streamed(
        self, request: Request, read: Sequence[Passage], told: str
    ) -> tuple[Reply, Draft]:
        """The whole reply, after its sentences were told one by one."""
        draft, unfinished, attempt = self._draft(read, told), Unfinished(), 0
        reply: Reply | None = None
        async for piece in self._desk.models.stream(request):
            if piece.attempt > attempt:
                draft, unfinished, attempt = self._draft(read, told), Unfinished(), piece.attempt
            for statement in unfinished.feed(piece.text):
                shown = draft.add(statement)
                if shown and unfinished.head and self._may_be_told(unfinished.head, draft):
                    await self._call.progress.token(
                        self._key, attempt, len(draft.sentences) - 1, shown
                    )
            reply = piece.reply or reply
        if reply is None:
            raise ModelFailed("cut", "the model stopped in the middle of its answer")
        return reply, draft

    def _may_be_told(self, head: Answer, draft: Draft) -> bool:
        """Whether the whole is sure to be said, as far as it is there."""
        fine = head.outcome == "answer" and not head.rule and not draft.dropped
        return fine and self._confidence(head, draft) >= self._effect.threshold

    # Judging --------------------------------------------------------------------------------

    def _confidence(self, answer: Answer, draft: Draft) -> float:
        """From what was found, how sure the model is, and how much of it could be proved."""
        found = max((one.score for one in draft.used), default=0.0)
        certain = min(max(answer.certainty, 0.0), 1.0)
        proved = len(draft.sentences) / max(1, draft.seen)
        return round(proved * (OF_SEARCH * found + (1 - OF_SEARCH) * certain), 2)

    def _judged(self, answer: Answer, draft: Draft, told: str) -> Answered:
        policy = self._policy(answer.rule)
        if policy and answer.outcome == "rule":
            if policy.action != "promise_never" or not draft.sentences:
                return quoting.ruled(policy, self._language, self._first(answer, policy, told))
        elif answer.outcome == "off_topic":
            return Answered("", "nothing_found", reason="it has nothing to do with the business")
        elif answer.outcome == "not_found" and not draft.sentences:
            return Answered("", "nothing_found", reason="the passages do not answer it")
        if not draft.sentences:
            reason = "; ".join(dict.fromkeys(draft.dropped)) or "the model said nothing"
            return Answered("", "unsure", reason=reason, rule=self._fired(draft, policy))
        confidence = self._confidence(answer, draft)
        left_out = "; ".join(f"left out: {why}" for why in dict.fromkeys(draft.dropped))
        return Answered(
            draft.text,
            "answered" if confidence >= self._effect.threshold else "unsure",
            confidence,
            tuple(draft.citations),
            reason=left_out or "every statement is proved by its sources",
            rule=self._fired(draft, policy),
        )

    def _fired(self, draft: Draft, policy: Policy | None) -> str:
        """The id of the rule that had a hand in it."""
        never = (one for one in self._house.policies if one.action == "promise_never")
        if policy is None and PROMISED in draft.dropped:
            policy = next(never, None)
        return policy.id if policy else ""

    def _first(self, answer: Answer, policy: Policy, told: str) -> str:
        """What a rule wants asked first, if it is a mere question."""
        text = guards.visible(answer.statements[0].text).strip() if answer.statements else ""
        known = (self._asked, policy.rule)
        wrong = grounds.unknown_number(text, known) or grounds.unknown_address(text, known)
        leaks = guards.gives_orders(text) or guards.promises(text) or "```" in text
        asks = text.endswith(("?", "？")) and len(text) <= 400
        return text if asks and not wrong and not leaks and policy.action == "ask_first" else ""
