"""Which intent words mean, told by a language model where a bot's settings choose one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from connectors.ai import guards
from connectors.llm import ModelFailed, Models, NoModel, Purpose, Reply, Request, Said, prompts
from connectors.understanding import certainty
from runtime.core.contract import Guess, Understood
from runtime.core.release import Intent
from runtime.core.understanding import Understanding

log = logging.getLogger("flyt.understanding")

WITHIN = 3.0  # seconds, then the examples decide alone
USUAL, CLEAR = 0.6, 0.85  # how sure a model says it is where it may start a flow, or interrupt
SHOWN = 10  # examples of each intent
_NONE = "none"


async def choose(
    models: Models,
    own: Mapping[str, str],
    workspace: UUID,
    conversation: UUID | None,
    wanted: Understanding,
    intents: Sequence[Intent],
    bar: float | None,
) -> Understood | None:
    """What a model makes of the words; None where none could be asked in time.

    ``own`` are the workspace's prompts, ``bar`` how sure it must be.
    """
    if not await models.ready(workspace, "cheap", confidential=wanted.confidential):
        return None
    flows = [intent.flow for intent in intents]
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["intent", "sure"],
        "properties": {
            "intent": {"type": "string", "enum": [*flows, _NONE]},
            "sure": {"type": "number"},
        },
    }
    told = f"{prompts.text('intent', own)}\n\n# The intents\n{_listed(intents)}"
    data = guards.as_data(guards.masked(guards.visible(wanted.text)).text)
    request = Request(
        (Said("system", told), Said("user", f"<text>\n{data}\n</text>")),
        Purpose("intent", workspace, conversation, confidential=wanted.confidential),
        strength="cheap",
        schema=schema,
        longest=100,
        temperature=0.0,
        deadline=WITHIN,
    )
    try:
        async with asyncio.timeout(WITHIN):
            reply = await models.ask(request)
    except (NoModel, ModelFailed, TimeoutError) as error:
        log.info("words are understood by examples: %s", error)
        return None
    return _understood(reply, flows, USUAL if bar is None else bar)


def _understood(reply: Reply, flows: Sequence[str], bar: float) -> Understood:
    given = cast("dict[str, Any]", reply.data) if isinstance(reply.data, dict) else {}
    flow, by, score = given.get("intent"), f"model:{reply.model}", certainty(given.get("sure"))
    if flow not in flows:
        return Understood(None, by=by)
    guesses = (Guess(str(flow), score),)
    meant = str(flow) if score >= bar else None
    return Understood(meant, score, score >= max(CLEAR, bar), guesses, by)


def _listed(intents: Sequence[Intent]) -> str:
    def line(intent: Intent) -> str:
        said = "; ".join(example.text for example in intent.examples[:SHOWN])
        return f"- {intent.flow}: {intent.name}. Such as: {said}"

    return "\n".join(line(intent) for intent in intents)
