"""``ai.extract``, ``ai.classify`` and ``ai.rewrite``: a model where there is one, else rules."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, cast

from connectors.ai import Called, Houses, asking, grounds, guards
from connectors.llm import ModelFailed, Models, NoModel, Purpose, Reply, Request, Said, prompts
from runtime.core.ask import Answer
from runtime.core.effects import EffectError
from runtime.core.effects.ai import (
    Classified,
    ClassifyText,
    Extracted,
    ExtractValues,
    RewriteText,
    Rewritten,
    Wanted,
)
from runtime.core.readers.kinds import read_as

log = logging.getLogger("flyt.ai")

WITHIN = 15.0  # seconds for the model's word
REWRITTEN = 22.0  # seconds for a whole text
LONGEST_TEXT = 12_000  # characters that are rewritten at once

AnyText = ExtractValues | ClassifyText | RewriteText


@dataclass(frozen=True)
class Desk:
    """Asks a model about one text, which is data and nothing else."""

    models: Models
    houses: Houses

    async def ask(
        self,
        key: str,
        effect: AnyText,
        call: Called,
        text: str,
        told: str,
        *,
        within: float = WITHIN,
        **more: Any,
    ) -> Reply:
        """Raises `NoModel`, `ModelFailed` and `TimeoutError`."""
        name = effect.kind.removeprefix("ai.")
        house = await self.houses.rules(call.workspace)
        system = prompts.text(name, house.prompts)
        if effect.instructions.strip():
            told = f"{told}\n\n# How to do it here\n{effect.instructions.strip()}"
        said = (
            Said("system", f"{system}\n\n{told}"),
            Said("user", f"<text>\n{guards.as_data(text)}\n</text>"),
        )
        purpose = Purpose(name, call.workspace, call.conversation, key, effect.confidential)
        request = Request(
            said, purpose, strength=effect.strength, temperature=0.0, deadline=within, **more
        )
        async with asyncio.timeout(within):
            return await self.models.ask(request)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that has exactly these properties."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


# --- Values out of a text ---------------------------------------------------------------------


async def extract(desk: Desk, key: str, effect: ExtractValues, call: Called) -> Extracted:
    """What the product's own readers find leaves no doubt; a model looks for the rest."""
    sure = effect.by_rules()
    open_ = {
        f"v{number}": one
        for number, one in enumerate(effect.wanted, 1)
        if one.type == "text" or one.variable not in sure.values
    }
    if not open_ or not await desk.models.ready(call.workspace, effect.strength):
        return sure
    text = guards.masked(guards.visible(effect.text)[: guards.LONGEST], contacts=False)
    lines = "\n".join(_line(name, one) for name, one in open_.items())
    schema = _object({name: _value_of(one) for name, one in open_.items()})
    told = f"# The values\n{lines}"
    try:
        reply = await desk.ask(key, effect, call, text.text, told, schema=schema)
    except (NoModel, ModelFailed, TimeoutError) as error:
        log.info("effect %s goes by rules: %s", key, error)
        return sure
    given = cast("dict[str, Any]", reply.data) if isinstance(reply.data, dict) else {}
    found = {
        one.variable: value
        for name, one in open_.items()
        if (value := _read(effect, one, given.get(name), text)) is not None
    }
    typed = {one.variable for one in effect.wanted if one.type != "text"}
    kept = {name: value for name, value in sure.values.items() if name in typed}  # beyond doubt
    return Extracted(found | kept)


def _line(name: str, one: Wanted) -> str:
    about = one.description.strip() or one.variable.replace("_", " ")
    listed = f", one of: {'; '.join(one.options)}" if one.options else ""
    return f"- {name}: {about} ({one.type.replace('_', ' or ')}{listed})"


def _value_of(one: Wanted) -> dict[str, Any]:
    names = one.options if one.type == "choice" else ("yes", "no") if one.type == "yes_no" else ()
    if names:
        return {"anyOf": [{"type": "string", "enum": list(names)}, {"type": "null"}]}
    return {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _read(effect: ExtractValues, one: Wanted, given: Any, text: guards.Masked) -> Any:
    """A value as the product's own reader takes it; None for what the text does not say."""
    if not isinstance(given, str) or not given.strip():
        return None
    meant = one.type in ("choice", "yes_no")
    if not meant and not grounds.holds(given, text.text):
        return None
    answer = read_as(one.field, text.restored(given.strip()), effect.context)
    return answer.value if isinstance(answer, Answer) else None


# --- Which of several -------------------------------------------------------------------------


async def classify(desk: Desk, key: str, effect: ClassifyText, call: Called) -> Classified:
    """A name that is said is clear by itself; else a model decides, or the words shared."""
    rules = effect.by_rules()
    if rules.score == 1.0 or not await desk.models.ready(call.workspace, effect.strength):
        return rules
    text = guards.masked(guards.visible(effect.text)[: guards.LONGEST]).text
    ids = [one.id for one in effect.categories]
    schema = _object(
        {"topic": {"type": "string", "enum": [*ids, _NONE]}, "sure": {"type": "number"}}
    )
    told = f"# The topics\n{_topics(effect)}"
    try:
        reply = await desk.ask(key, effect, call, text, told, schema=schema, longest=100)
    except (NoModel, ModelFailed, TimeoutError) as error:
        log.info("effect %s goes by rules: %s", key, error)
        return rules
    given = cast("dict[str, Any]", reply.data) if isinstance(reply.data, dict) else {}
    topic, sure = given.get("topic"), given.get("sure")
    score = min(max(float(sure), 0.0), 1.0) if isinstance(sure, int | float) else 0.0
    if topic not in ids:
        return Classified(None, score)
    return Classified(topic if score >= effect.threshold else None, score, {topic: score})


_NONE = "none"


def _topics(effect: ClassifyText) -> str:
    def line(id_: str, label: str, about: str, examples: tuple[str, ...]) -> str:
        said = f" Such as: {'; '.join(examples[:10])}" if examples else ""
        return f"- {id_}: {'. '.join(filter(None, (label, about.strip(' .'))))}.{said}"

    return "\n".join(line(c.id, c.label, c.description, c.examples) for c in effect.categories)


# --- Other words for the same -----------------------------------------------------------------


async def rewrite(desk: Desk, key: str, effect: RewriteText, call: Called) -> Rewritten:
    """Raises `EffectError`: no rule can do this, and a text with other facts is none."""
    if len(effect.text) > LONGEST_TEXT:
        message = f"the text has more than {LONGEST_TEXT} characters: rewrite it in parts"
        raise EffectError("too_long", message)
    text = guards.masked(guards.visible(effect.text))
    language = asking.language_name(effect.language)
    told = f"# What to do\n{_TASKS[effect.task].format(language=language)}"
    longest = min(4096, 200 + len(effect.text))
    try:
        reply = await desk.ask(
            key, effect, call, text.text, told, within=REWRITTEN, longest=longest
        )
    except (NoModel, ModelFailed) as error:
        raise EffectError(error.kind, f"the text was not rewritten: {error}") from error
    except TimeoutError as error:
        message = f"the text was not rewritten within {REWRITTEN:.0f} seconds"
        raise EffectError("timeout", message) from error
    written = guards.visible(reply.text).strip()
    if wrong := _unfaithful(written, text.text, effect.instructions, cut=reply.cut):
        raise EffectError("unfaithful", f"the new text was thrown away: {wrong}")
    return Rewritten(text.restored(written))


_TASKS = {
    "tone": "Change the tone as told below. Write in the language of the text.",
    "translate": "Translate the text to: {language}.",
    "summarise": "Summarise the text in a few sentences. Write in: {language}.",
    "other": "Do as told below. Write in: {language}.",
}


def _unfaithful(written: str, text: str, instructions: str, *, cut: bool) -> str | None:
    """What is wrong with a new text."""
    known = (text, instructions)
    if not written:
        return "it is empty"
    if cut:
        return "it is cut off"
    if grounds.unknown_number(written, known):
        return "it has a number that the text lacks"
    if grounds.unknown_address(written, known):
        return "it has an address that the text lacks"
    return None
