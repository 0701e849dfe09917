"""Which options of a question words mean, told by a language model where no rule knows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from connectors.ai import guards
from connectors.llm import ModelFailed, Models, NoModel, Purpose, Reply, Request, Said, prompts
from connectors.understanding import certainty
from runtime.core.contract import Choosing, Picked, Understood
from runtime.core.understanding import Understanding

log = logging.getLogger("flyt.understanding")

WITHIN = 2.8  # seconds: a little less than a turn waits for it
NAMES, NAME = 6, 80  # of an option that are shown, and their characters
QUESTION = 1_000  # characters that are shown of it


async def pick(
    models: Models,
    own: Mapping[str, str],
    workspace: UUID,
    conversation: UUID | None,
    wanted: Understanding,
    choice: Choosing,
) -> Understood | None:
    """What a model makes of an answer; None where none could be asked in time.

    ``own`` are the workspace's prompts.
    """
    if not await models.ready(workspace, "cheap", confidential=wanted.confidential):
        return None
    key = f"{conversation}:in:{choice.token}#{choice.node}" if conversation else None
    places = [f"o{number}" for number in range(1, len(choice.options) + 1)]
    listed = {"type": "array", "items": {"type": "string", "enum": places}}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["options", "sure"],
        "properties": {"options": listed, "sure": {"type": "number"}},
    }
    request = Request(
        (Said("system", prompts.text("choice", own)), Said("user", _shown(wanted, choice))),
        Purpose("choice", workspace, conversation, key, wanted.confidential),
        strength="cheap",
        schema=schema,
        longest=100 + (8 * len(places) if choice.multiple else 0),
        temperature=0.0,
        deadline=WITHIN,
    )
    try:
        reply = await models.ask(request)
    except (NoModel, ModelFailed) as error:
        log.info("a question is asked again: %s", error)
        return None
    return Understood(None, picked=_picked(reply, choice, places))


def _picked(reply: Reply, choice: Choosing, places: list[str]) -> Picked:
    given = cast("dict[str, Any]", reply.data) if isinstance(reply.data, dict) else {}
    named = dict.fromkeys(cast("list[str]", given.get("options", [])))
    known = all(place in places for place in named)
    if not known or (len(named) > 1 and not choice.multiple):
        named = {}
    ids = tuple(choice.options[places.index(place)].id for place in named)
    return Picked(choice.token, ids, certainty(given.get("sure")), reply.model)


def _shown(wanted: Understanding, choice: Choosing) -> str:
    """Options go by their places: ids out of a list may be anything at all."""
    answer = guards.masked(guards.visible(wanted.text))
    question = guards.masked(guards.visible(choice.question), known=answer.hidden)
    options = "\n".join(
        f"o{number}: {'; '.join(name[:NAME] for name in one.names[:NAMES])}"
        for number, one in enumerate(choice.options, 1)
    )
    options = guards.masked(options, contacts=False, known=question.hidden).text
    may = "Several may be picked." if choice.multiple else "One may be picked."
    return (
        f"<question>\n{guards.as_data(question.text[:QUESTION])}\n</question>\n"
        f"<options>\n{guards.as_data(options)}\n</options>\n{may}\n"
        f"<answer>\n{guards.as_data(answer.text)}\n</answer>"
    )
