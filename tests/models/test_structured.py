"""Answers as JSON of a schema: promised by the provider or asked for in words, always checked."""

from __future__ import annotations

import pytest

from connectors.llm import ModelFailed, Tool
from tests.doubles.llm import Fails, Says
from tests.models.conftest import gathered, link, request

CLOSED = {
    "type": "object",
    "properties": {"mood": {"enum": ["good", "bad"]}, "score": {"type": "number"}},
    "required": ["mood", "score"],
    "additionalProperties": False,
}
OPEN = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"]}


async def test_a_provider_promises_it(openai, house, models):
    house.uses(link(openai))
    openai.script(Says('{"mood": "good", "score": 1}'), Says('{"mood": "fine"}'))
    assert (await models.ask(request(schema=CLOSED))).data == {"mood": "good", "score": 1}
    assert (await models.ask(request(schema=OPEN))).data == {"mood": "fine"}
    strict = [body["response_format"]["json_schema"]["strict"] for body in openai.talks()]
    assert strict == [True, False]


async def test_anthropic_promises_what_is_closed(anthropic, house, models):
    house.uses(link(anthropic, "claude", "anthropic"))
    anthropic.script(Says('{"mood": "bad", "score": 0}'), Says('{"mood": "fine"}'))
    await models.ask(request(schema=CLOSED))
    assert (await models.ask(request(schema=OPEN))).data == {"mood": "fine"}
    promised, in_words = anthropic.talks()
    assert promised["output_config"]["format"]["schema"] == CLOSED
    assert "output_config" not in in_words
    assert "JSON Schema" in in_words["system"][0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        '{"mood": "good", "score": 0.5}',
        'Gladly!\n```json\n{"mood": "good", "score": 0.5}\n```\nAnything else?',
        'See {this}: {"mood": "good", "score": 0.5}',
    ],
)
async def test_others_are_asked_in_words(openai, house, models, text):
    house.uses(link(openai, "m", "compatible"))
    openai.script(Says(text))
    assert (await models.ask(request(schema=CLOSED))).data == {"mood": "good", "score": 0.5}
    (body,) = openai.talks()
    assert "response_format" not in body
    assert body["messages"][0]["content"].startswith("Be kind.\n\nAnswer with one JSON value")


@pytest.mark.parametrize("streamed", [False, True])
async def test_what_does_not_fit_is_asked_for_once_more(openai, house, models, streamed):
    house.uses(link(openai, "m", "compatible"))
    openai.script(Says('{"mood": "so so", "score": 1}'), Says('{"mood": "bad", "score": 1}'))
    asked = request(schema=CLOSED)
    if streamed:
        pieces = await gathered(models.stream(asked))
        reply = pieces[-1].reply
        assert pieces[-1].attempt == 1
    else:
        reply = await models.ask(asked)
    assert reply.data == {"mood": "bad", "score": 1}
    told = openai.talks()[1]["messages"][-1]["content"]
    assert "$.mood" in told
    assert "'so so' is not one of" in told
    assert [row.status for row in house.rows] == ["malformed", "ok"]
    assert all(row.tokens_in for row in house.rows)


async def test_twice_wrong_leads_to_the_next_model(openai, anthropic, house, models):
    house.uses(link(openai, "first"), link(anthropic, "second", "anthropic"))
    openai.script(Says("no idea"), Says("still none"))
    anthropic.script(Says('{"mood": "good", "score": 2}'))
    assert (await models.ask(request(schema=CLOSED))).model == "second"
    assert house.told() == [("first", "malformed")] * 2 + [("second", "ok")]
    assert len(anthropic.talks()[0]["messages"]) == 1  # it hears nothing of the first one's failure


async def test_without_a_next_one_it_fails(openai, house, models):
    house.uses(link(openai))
    openai.script(Says("no"), Says("no"))
    with pytest.raises(ModelFailed, match="not what was asked for") as failed:
        await models.ask(request(schema=CLOSED))
    assert failed.value.kind == "malformed"


async def test_a_server_that_does_not_know_the_promise_is_asked_in_words(openai, house, models):
    house.uses(link(openai, "m", "vllm", local=True))
    refusal = Fails(400, "response_format.type: Input should be 'text'")
    openai.script(
        refusal, Says('{"mood": "good", "score": 1}'), Says('{"mood": "bad", "score": 1}')
    )
    assert (await models.ask(request(schema=CLOSED))).data["mood"] == "good"
    assert (await models.ask(request(schema=CLOSED))).data["mood"] == "bad"
    assert ["response_format" in body for body in openai.talks()] == [True, False, False]


async def test_a_tool_may_come_before_the_json(openai, house, models):
    house.uses(link(openai))
    openai.script(Says("", calls=(("look", {}),)))
    look = Tool("look", "Looks.", {"type": "object", "properties": {}})
    reply = await models.ask(request(schema=CLOSED, tools=(look,)))
    assert reply.calls[0].name == "look"
    assert reply.data is None


async def test_arguments_that_are_no_json_are_asked_for_again(openai, house, models):
    house.uses(link(openai))
    openai.script(Says("", calls=(("look", '{"where": '),)), Says("", calls=(("look", "{}"),)))
    look = Tool("look", "Looks.", {"type": "object", "properties": {}})
    reply = await models.ask(request(tools=(look,)))
    assert reply.calls[0].arguments == {}
    assert [row.status for row in house.rows] == ["malformed", "ok"]
