"""Drafting a bot over real SDKs and real sockets, whatever a provider does meanwhile."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors.ai import HouseRules
from connectors.ai.drafting import Description, Drafted, NotDrafted
from connectors.ai.drafting.drafting import Drafting
from connectors.llm.middleware import Middleware
from runtime.describing.rehearsal import rehearse
from tests.doubles.llm import Fails, Says
from tests.models.conftest import WORKSPACE, link

PLANS = Path(__file__).parent.parent / "ai" / "plans"
GOOD: dict[str, Any] = json.loads((PLANS / "dentist.json").read_text())
TEXT = "A bot for the reception of our dental practice."


class Houses:
    async def rules(self, workspace: object) -> HouseRules:
        return HouseRules()


async def draft(models: Middleware) -> Drafted:
    asked = Description(uuid4(), WORKSPACE, TEXT)
    return await Drafting(models, Houses(), rehearse).draft(asked, lambda stage, share: None)


def says(plan: Any) -> Says:
    return Says(json.dumps(plan), taken=3000, given=1500)


def wrong() -> dict[str, Any]:
    plan = copy.deepcopy(GOOD)
    plan["flows"][0]["steps"][0]["to"]["open"] = "nowhere"
    return plan


async def test_a_bad_first_answer_is_mended(openai, house, models):
    house.uses(link(openai))
    openai.script(says(wrong()), says(GOOD))
    made = await draft(models)
    assert (len(made.document["flows"][0]["nodes"]), made.notes) == (14, ())
    first, second = openai.talks()
    assert first["response_format"]["json_schema"]["schema"]["required"] == ["name", "flows"]
    assert "## ask.choice" in first["messages"][0]["content"]
    assert TEXT in first["messages"][1]["content"]
    assert 'step "open", to.open' in second["messages"][-1]["content"]
    assert {row.purpose for row in house.rows} == {"describe"}
    assert all(row.key and row.key.startswith("describe:") for row in house.rows)


async def test_anthropic_is_told_the_plan_in_words(anthropic, house, models):
    house.uses(link(anthropic, "claude", "anthropic"))
    anthropic.script(Says(f"Here it is:\n```json\n{json.dumps(wrong())}\n```"), says(GOOD))
    made = await draft(models)
    assert made.notes == ()
    first, second = anthropic.talks()
    assert "JSON Schema" in first["system"][0]["text"]
    assert second["messages"][-2]["role"] == "assistant"
    assert "to.open" in json.dumps(second["messages"][-1]["content"])


@pytest.mark.parametrize(
    "trouble",
    [
        Says('{"name": "Half a bot", "flows": [{"id": "main", "steps": ['),
        Fails(429, "slow down", headers={"retry-after": "0"}),
        Says(json.dumps(GOOD), cut_after=1),
    ],
    ids=["malformed", "busy", "cut"],
)
async def test_trouble_at_first_is_got_over(openai, house, models, trouble):
    house.uses(link(openai))
    openai.script(trouble, says(GOOD))
    assert (await draft(models)).notes == ()


async def test_the_next_model_goes_on_where_the_first_has_fallen(openai, anthropic, house, models):
    house.uses(link(openai), link(anthropic, "claude", "anthropic"))
    openai.script(Fails(401, "no"))
    anthropic.script(says(GOOD))
    assert (await draft(models)).document["name"] == "Dentist reception"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([Says("I can't do that."), Says("Sorry.")], "no plan of a bot"),
        ([Fails(401, "no such key")], "refuses the key"),
        ([says({"name": "x", "flows": [{"id": "a", "steps": [
            {"id": "a", "type": "magic", "config": {}}]}]})] * 4, "in more detail"),
    ],
    ids=["words", "key", "nonsense"],
)  # fmt: skip
async def test_never_valid_is_told(openai, house, models, answers, words):
    house.uses(link(openai))
    openai.script(*answers)
    with pytest.raises(NotDrafted, match=words):
        await draft(models)
    assert len(openai.talks()) == len(answers)
