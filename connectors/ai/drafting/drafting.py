"""Has a model plan a bot, has it mend what is wrong, and leaves out what it can't."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any, Final, cast

from connectors.ai import Houses, asking
from connectors.ai.drafting import (
    Description,
    Drafted,
    NotDrafted,
    Rehearse,
    Tell,
    building,
    leaving_out,
    procedure,
    vocabulary,
)
from connectors.ai.drafting.mistakes import Examined, examined
from connectors.ai.drafting.plan import SCHEMA, Plan, cleaned
from connectors.ai.guards import as_data
from connectors.llm import ModelFailed, Models, NoModel, Purpose, Request, Said, prompts

log = logging.getLogger("flyt.ai")

WITHIN: Final = 300.0  # seconds for everything
ONE: Final = 150.0  # for one answer
LEAST: Final = 20.0  # with less left the model is not asked again
MENDED: Final = 3  # times that a plan goes back
LONGEST: Final = 8_000  # tokens of an answer
NOTES: Final = 100  # that anybody reads
_PLANNED, _MENDING, _TRYING = 0.5, 0.6, 0.9  # of the whole, when it begins


class Drafting:
    """Drafts bots; `rehearse` plays their tests."""

    def __init__(self, models: Models, houses: Houses, rehearse: Rehearse) -> None:
        self._models, self._houses, self._rehearse = models, houses, rehearse

    async def draft(self, one: Description, tell: Tell) -> Drafted:
        """Raises `NotDrafted`."""
        ends = asyncio.get_running_loop().time() + WITHIN
        tell("reading", 0.05)
        said = procedure.of(one.text) if one.kind == "procedure" else ()
        if one.kind == "procedure" and not said:
            raise NotDrafted("The procedure has no sentence: paste its text.")
        talk = _Talk(self._models, one, await self._opening(one, said), ends)
        tell("planning", 0.1)
        try:
            plan = await talk.asks()
        except (NoModel, ModelFailed, TimeoutError) as error:
            raise NotDrafted(_why(error)) from error
        tell("building", _PLANNED)
        best, told = await self._mended(talk, plan, said, tell)
        tell("trying", _TRYING)
        return await asyncio.to_thread(self._finished, best, told, said)

    async def _opening(self, one: Description, said: Sequence[str]) -> tuple[Said, ...]:
        """The same first words for all descriptions, so that providers remember them."""
        own = (await self._houses.rules(one.workspace)).prompts
        system = [prompts.text("describe", own), f"# Kinds of steps\n{vocabulary.described()}"]
        language = f"The bot speaks {asking.language_name(one.language)}."
        if said:
            system.append(prompts.text("describe_procedure", own))
            given = f"{language}\n\n<procedure>\n{procedure.numbered(said)}\n</procedure>"
        else:
            given = f"{language}\n\n<description>\n{as_data(one.text)}\n</description>"
        return Said("system", "\n\n".join(system)), Said("user", given)

    async def _mended(
        self, talk: _Talk, plan: Plan, said: Sequence[str], tell: Tell
    ) -> tuple[Examined, Sequence[str]]:
        """The best of the drafts, and what its model says is not in it."""
        best = newest = await asyncio.to_thread(self._examined, plan, talk.one, said)
        told = _left_out(plan)
        for time in range(MENDED):
            if best.is_fine or talk.left < LEAST:
                break
            tell("mending", _MENDING + 0.1 * time)
            try:
                plan = await talk.asks(newest.told(said))
            except (NoModel, ModelFailed, TimeoutError) as error:
                log.info("a draft is finished without its model: %s", error)
                break
            newest = await asyncio.to_thread(self._examined, plan, talk.one, said)
            better = newest.weight < best.weight
            if better:
                best, told = newest, _left_out(plan)
            elif not best.errors:
                break  # it does no better, and a person can go on from here
        return best, told

    def _examined(self, plan: Plan, one: Description, said: Sequence[str]) -> Examined:
        document = building.document(plan, one.language, said)
        found = examined(document, uncovered=procedure.uncovered(plan, said))
        if found.made is None or found.errors:
            return found
        return examined(document, self._rehearse(found.made), found.uncovered)

    def _finished(self, best: Examined, told: Sequence[str], said: Sequence[str]) -> Drafted:
        """Raises `NotDrafted`."""
        try:
            document, notes = leaving_out.sound(best.document)
        except leaving_out.NothingLeft:
            raise NotDrafted(_NOTHING) from None
        made = examined(document).made
        if made is not None and (failed := self._rehearse(made)):
            document, more = leaving_out.without_tests(document, failed)
            notes += more
        notes += [f'No step comes from this sentence: "{_quoted(said, n)}"' for n in best.uncovered]
        notes += [f"The model left something out: {procedure.cut(each, 300)}" for each in told]
        if len(notes) > NOTES:
            notes = [*notes[:NOTES], f"And {len(notes) - NOTES} more of this kind."]
        return Drafted(_with_notes(document, notes), tuple(notes))


class _Talk:
    """What was said to the model and what it planned; of older plans it is shown the last."""

    def __init__(
        self, models: Models, one: Description, opening: tuple[Said, ...], ends: float
    ) -> None:
        self.one = one
        self._models, self._opening, self._ends = models, opening, ends
        self._plan = ""

    @property
    def left(self) -> float:
        return self._ends - asyncio.get_running_loop().time()

    async def asks(self, mistakes: str = "") -> Plan:
        """A plan, or the last one with its mistakes mended. Raises as `Models.ask` does."""
        more = (Said("assistant", self._plan), Said("user", _MEND + mistakes)) if mistakes else ()
        purpose = Purpose("describe", self.one.workspace, key=f"describe:{self.one.id}")
        within = min(ONE, self.left)
        request = Request(
            (*self._opening, *more), purpose, schema=SCHEMA, longest=LONGEST, deadline=within
        )
        async with asyncio.timeout(within):
            reply = await self._models.ask(request)
        plan = cleaned(cast("Plan", reply.data))
        self._plan = json.dumps(plan, ensure_ascii=False)
        return plan


_MEND: Final = (
    "This plan has mistakes. Answer with the whole plan again, with these mended and everything"
    " else as it was:\n"
)
_NOTHING: Final = (
    "The model's plan could not be turned into a bot. Say in more detail what the bot is to do, or"
    " choose a stronger model under AI models."
)
_WHYS: Final = {
    "malformed": "The model's answer was no plan of a bot, or too long to be finished. Shorten the"
    " text, or choose a stronger model under AI models.",
    "too_long": "The text is longer than the model reads. Shorten it, or choose another model.",
}


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "The model did not answer in time. Try again, or choose a faster one."
    kind = error.kind if isinstance(error, NoModel | ModelFailed) else ""
    text = str(error)
    return _WHYS.get(kind) or f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _left_out(plan: Plan) -> list[str]:
    return [" ".join(each.split()) for each in plan.get("left_out") or () if each.strip()][:20]


def _quoted(said: Sequence[str], number: int) -> str:
    return procedure.cut(said[number - 1], procedure.QUOTED)


def _with_notes(document: dict[str, Any], notes: Sequence[str]) -> dict[str, Any]:
    """The notes stay with the bot, beside its first flow."""
    first, *others = document["flows"]
    kept = [{"text": note} for note in notes]
    return document | {"flows": [first | {"notes": kept} if kept else first, *others]}
