"""Every provider's way of talking, over its real SDK: texts, streams, tools, vectors."""

from __future__ import annotations

import json

import pytest

from connectors.llm import ModelFailed, Purpose, Said, Tool, ToolCall
from connectors.llm.accounts import Secret
from tests.doubles.llm import Fails, Says
from tests.doubles.llm_openai import OpenAi
from tests.models.conftest import WORKSPACE, account, gathered, link, priced, request, text_of

ORDER = Tool(
    "find_order",
    "Finds an order by its number.",
    {"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]},
)
LONG = "Your parcel left our house this morning and comes tomorrow."


@pytest.fixture(params=["openai", "anthropic", "gigachat"])
def provider(request, openai, anthropic, gigachat):
    """(double, link) of one of the three ways of talking."""
    double = {"openai": openai, "anthropic": anthropic, "gigachat": gigachat}[request.param]
    settings = {"auth_url": gigachat.auth_url} if request.param == "gigachat" else {}
    return double, link(double, "m-1", request.param, settings=settings)


async def test_an_answer_with_the_providers_count(provider, house, models):
    double, one = provider
    house.uses(one, prices={"m-1": priced(2, 0.5, 10)})
    double.script(Says(LONG, taken=1000, cached=400, given=50))
    reply = await models.ask(request("Where is it?"))
    assert reply.text == LONG
    assert (reply.tokens_in, reply.tokens_cached, reply.tokens_out) == (1000, 400, 50)
    assert reply.cost == pytest.approx((600 * 2 + 400 * 0.5 + 50 * 10) / 1e6)
    (row,) = house.rows
    assert (row.model, row.status, row.tokens_cached) == ("m-1", "ok", 400)
    assert float(row.cost) == reply.cost


async def test_a_stream_brings_the_same(provider, house, models):
    double, one = provider
    house.uses(one)
    double.script(Says(LONG, taken=70, cached=30, given=12))
    pieces = await gathered(models.stream(request()))
    assert len(pieces) > 5
    assert text_of(pieces, 0) == LONG
    assert [piece.reply for piece in pieces[:-1]] == [None] * (len(pieces) - 1)
    last = pieces[-1].reply
    assert (last.text, last.tokens_in, last.tokens_cached, last.tokens_out) == (LONG, 70, 30, 12)


@pytest.mark.parametrize("streamed", [False, True])
async def test_tools_are_called_and_their_results_understood(provider, house, models, streamed):
    """The double refuses a result that belongs to no call, and arguments in a wrong form."""
    double, one = provider
    house.uses(one)
    double.script(Says("", calls=(("find_order", {"number": "77"}),)), Says("It comes tomorrow."))

    async def ask(asked):
        if not streamed:
            return await models.ask(asked)
        return (await gathered(models.stream(asked)))[-1].reply

    said = [Said("assistant", "Hello!"), Said("user", "Where is order 77?")]
    first = await ask(request(said=tuple(said), tools=(ORDER,)))
    (call,) = first.calls
    assert (call.name, call.arguments) == ("find_order", {"number": "77"})
    said += [Said("assistant", first.text, first.calls), Said("tool", "on its way", tool=call.id)]
    second = await ask(request(said=tuple(said), tools=(ORDER,)))
    assert second.text == "It comes tomorrow."
    assert second.calls == ()
    assert len(double.talks()) == 2


async def test_what_a_tool_is_given_can_be_read_while_it_is_written(provider, house, models):
    double, one = provider
    house.uses(one)
    double.script(Says("", calls=(("find_order", {"number": LONG}),)))
    pieces = await gathered(models.stream(request(tools=(ORDER,))))
    parts = [piece.call for piece in pieces if piece.call]
    assert {(part.place, part.name) for part in parts} == {(parts[0].place, "find_order")}
    written = json.loads("".join(part.text for part in parts))
    assert written == pieces[-1].reply.calls[0].arguments == {"number": LONG}


async def test_an_answer_that_is_too_long_says_so(provider, house, models):
    double, one = provider
    house.uses(one)
    double.script(Says("It is", stop="max_tokens" if one.account.kind == "anthropic" else "length"))
    reply = await models.ask(request(longest=2))
    assert (reply.text, reply.cut) == ("It is", True)


async def test_what_no_database_holds_is_taken_out(openai, house, models):
    house.uses(link(openai))
    openai.script(*[Says("a\0b \ud800c")] * 2)
    assert (await models.ask(request())).text == "ab ?c"
    pieces = await gathered(models.stream(request()))
    assert text_of(pieces, 0) == pieces[-1].reply.text == "ab ?c"


async def test_a_certificate_that_is_none_is_told(openai, house, models):
    house.uses(link(openai, "m", "vllm", local=True, settings={"ca": "no certificate"}))
    with pytest.raises(ModelFailed, match="must be PEM") as failed:
        await models.ask(request())
    assert failed.value.kind == "refused"


async def test_a_stream_of_two_tools_at_once(openai, house, models):
    house.uses(link(openai))
    calls = (("find_order", {"number": "1"}), ("find_order", {"number": "2"}))
    openai.script(Says("I look.", calls=calls))
    reply = (await gathered(models.stream(request(tools=(ORDER,)))))[-1].reply
    assert [call.arguments["number"] for call in reply.calls] == ["1", "2"]
    assert len({call.id for call in reply.calls}) == 2


async def test_what_a_provider_keeps_back_is_a_failure_of_its_own(openai, anthropic, house, models):
    house.uses(link(openai))
    openai.script(Says("", stop="content_filter"))
    with pytest.raises(ModelFailed, match="rules forbid") as failed:
        await models.ask(request())
    assert failed.value.kind == "filtered"
    house.uses(link(anthropic, "claude", "anthropic"))
    anthropic.script(Says("No.", stop="refusal"))
    with pytest.raises(ModelFailed) as failed:
        await models.ask(request())
    assert failed.value.kind == "filtered"


async def test_without_a_count_it_is_estimated(openai, house, models):
    house.uses(link(openai))
    openai.script(Says(LONG, usage=False))
    reply = await models.ask(request("How long?" * 50))
    assert reply.tokens_in > 100
    assert 10 < reply.tokens_out < 20


async def test_vectors_come_in_the_order_of_the_texts(openai, house, models):
    one = link(openai, "text-embedding-3-small")
    house.uses(one, embedding=one)
    texts = ["a" * (n + 1) for n in range(150)]
    vectors = await models.embed(Purpose("embed", WORKSPACE), "text-embedding-3-small", texts)
    assert vectors == [[n + 1.0, 0.5] for n in range(150)]
    assert len(openai.talks()) == 3
    assert sum(row.tokens_in for row in house.rows) == sum(map(len, texts))
    assert house.rows[0].cost > 0


async def test_vectors_are_asked_for_again(openai, house, models):
    one = link(openai, "text-embedding-3-small")
    house.uses(one, embedding=one)
    openai.script(Fails(500))
    assert await models.embed(Purpose("embed", WORKSPACE), one.model, ["ab"]) == [[2.0, 0.5]]
    assert [row.status for row in house.rows] == ["overloaded", "ok"]


async def test_the_models_of_a_provider_are_listed(provider, models):
    _, one = provider
    names = await models.names(one.account)
    assert names == sorted(names)
    assert len(names) == 2


async def test_a_key_is_never_in_what_people_read(openai, anthropic, house, models):
    """The double quotes the header that was wrong, as some providers do."""
    for double, kind in ((openai, "compatible"), (anthropic, "anthropic")):
        wrong = account(double, kind, secret=Secret("sk-ultra-secret"))
        house.uses(link(double))
        with pytest.raises(ModelFailed) as failed:
            await models.try_out(WORKSPACE, wrong, "m-1")
        assert failed.value.kind == "key"
        for text in (str(failed.value), str(house.rows), repr(wrong)):
            assert "ultra" not in text
    assert "•••" in house.rows[0].error


class TestDialects:
    async def test_openai_itself_has_names_of_its_own(self, openai, house, models):
        house.uses(link(openai, "gpt-6-luna"))
        await models.ask(request(longest=77))
        (body,) = openai.talks()
        assert body["max_completion_tokens"] == 77
        assert body["reasoning_effort"] == "none"

    async def test_others_get_the_old_names(self, openai, house, models):
        house.uses(link(openai, "mistral-small-latest", "mistral"))
        await gathered(models.stream(request(longest=77)))
        (body,) = openai.talks()
        assert body["max_tokens"] == 77
        assert {"reasoning_effort", "stream_options"}.isdisjoint(body)

    async def test_without_a_key_no_header_is_sent(self, start, house, models, monkeypatch):
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-machine")
        monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-machine")
        local = start(OpenAi(authorization=None))
        house.uses(link(local, "qwen3", "ollama", secret=Secret(), local=True))
        assert (await models.ask(request())).cost == 0
        (asked,) = local.asked
        assert "machine" not in str(asked.headers)

    async def test_azure_has_a_header_of_its_own(self, start, house, models):
        azure = start(OpenAi(authorization=None))
        one = link(azure, "my-deployment", "azure", secret=Secret("az-key"))
        house.uses(one)
        await models.ask(request())
        assert azure.asked[0].headers["api-key"] == "az-key"

    @pytest.mark.parametrize(
        ("secret", "header"),
        [("AQVN-key", "Api-Key AQVN-key"), ("t1.token", "Bearer t1.token")],
    )
    async def test_yandex_names_folder_and_model(self, start, house, models, secret, header):
        yandex = start(OpenAi(authorization=header))
        one = link(yandex, "yandexgpt", "yandex", secret=Secret(secret), settings={"folder": "b1g"})
        house.uses(one, currency="RUB")
        reply = await models.ask(request())
        assert yandex.talks()[0]["model"] == "gpt://b1g/yandexgpt/latest"
        assert yandex.asked[0].headers["x-folder-id"] == "b1g"
        assert reply.cost == pytest.approx(30 * 800 / 1e6)

    async def test_a_whole_uri_of_yandex_stays_as_it_is(self, start, house, models):
        yandex = start(OpenAi(authorization="Api-Key k"))
        uri = "gpt://b1g/yandexgpt-lite/rc"
        house.uses(link(yandex, uri, "yandex", secret=Secret("k"), settings={"folder": "other"}))
        assert (await models.ask(request())).cost > 0
        assert yandex.talks()[0]["model"] == uri

    async def test_yandex_makes_vectors_one_at_a_time(self, start, house, models):
        yandex = start(OpenAi(authorization="Api-Key k"))
        one = link(
            yandex, "text-search-doc", "yandex", secret=Secret("k"), settings={"folder": "f"}
        )
        house.uses(one, embedding=one)
        vectors = await models.embed(Purpose("embed", WORKSPACE), one.model, ["a", "bb"])
        assert vectors == [[1.0, 0.5], [2.0, 0.5]]
        assert [body["input"] for body in yandex.talks()] == [["a"], ["bb"]]
        assert yandex.talks()[0]["model"] == "emb://f/text-search-doc/latest"

    async def test_anthropic_marks_what_it_may_remember(self, anthropic, house, models):
        house.uses(link(anthropic, "claude-sonnet-5-5", "anthropic"))
        await models.ask(request())
        (body,) = anthropic.talks()
        assert body["system"][0]["cache_control"] == {"type": "ephemeral"}
        assert body["thinking"] == {"type": "disabled"}
        assert "temperature" not in body

    async def test_results_of_two_tools_are_one_turn(self, anthropic, house, models):
        house.uses(link(anthropic, "claude", "anthropic"))
        calls = (ToolCall("a", "find_order", {"n": 1}), ToolCall("b", "find_order", {"n": 2}))
        said = (
            Said("assistant", "Welcome!"),
            Said("user", "Both orders?"),
            Said("assistant", "", calls),
            Said("tool", "one", tool="a"),
            Said("tool", "two", tool="b"),
        )
        await models.ask(request(said=said, tools=(ORDER,)))
        roles = [message["role"] for message in anthropic.talks()[0]["messages"]]
        assert roles == ["user", "assistant", "user", "assistant", "user"]


class TestTokensOfGigaChat:
    async def test_one_token_serves_many_calls(self, gigachat, house, models):
        house.uses(self.link(gigachat))
        for _ in range(3):
            await models.ask(request())
        assert len(gigachat.tokens) == 1

    async def test_it_is_renewed_before_its_end(self, gigachat, house, models):
        gigachat.lasts = 59  # less than the minute that is left for surprises
        house.uses(self.link(gigachat))
        for _ in range(3):
            assert (await models.ask(request())).text
        assert len(gigachat.tokens) == 3

    @pytest.mark.parametrize("streamed", [False, True])
    async def test_one_that_ends_in_mid_conversation_is_renewed(
        self, gigachat, house, models, streamed
    ):
        house.uses(self.link(gigachat))
        await models.ask(request())
        gigachat.take_back()
        gigachat.script(Says("Still here."))
        pieces = await gathered(models.stream(request())) if streamed else None
        reply = pieces[-1].reply if pieces else await models.ask(request())
        assert reply.text == "Still here."
        assert len(gigachat.tokens) == 2
        assert [row.status for row in house.rows] == ["ok", "ok"]

    async def test_a_wrong_key_is_told_without_being_shown(self, gigachat, house, models):
        house.uses(self.link(gigachat, secret=Secret("wrong-authorisation-key")))
        with pytest.raises(ModelFailed) as failed:
            await models.ask(request())
        assert failed.value.kind == "key"
        assert "wrong-authorisation-key" not in str(failed.value)

    async def test_id_and_secret_may_be_given_as_they_are(self, gigachat, house, models):
        house.uses(self.link(gigachat, secret=Secret("key:secret")))
        assert (await models.ask(request())).text

    async def test_no_token_for_a_moment_is_tried_again(self, gigachat, house, models):
        gigachat.refusals.append(Fails(503))
        house.uses(self.link(gigachat))
        assert (await models.ask(request())).text
        assert [row.status for row in house.rows] == ["overloaded", "ok"]

    @staticmethod
    def link(double, **more):
        settings = {"auth_url": double.auth_url, "scope": "GIGACHAT_API_CORP"}
        return link(double, "GigaChat-2", "gigachat", settings=settings, **more)
