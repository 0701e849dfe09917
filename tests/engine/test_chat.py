from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from typing import Any
from uuid import uuid4

import httpx
import pytest

from runtime.engine import Engine
from tests.engine.conftest import Publish, Visitor, document, flow, node, texts

ECHO = document(
    flow(
        "main",
        node("said", "ask.text", text="Say something", variable="said"),
        node("echo", "message", text="You said {{ said }}."),
        node("again", "jump", node="said"),
        "said > echo",
        "echo > again",
    ),
    variables=[{"name": "said"}, {"name": "plan"}],
)
GREETING = document(
    flow(
        "main",
        node("hello", "message", text="Hello!"),
        node("name", "ask.text", text="Your name?", variable="name"),
        node("mail", "ask.email", text="Your e-mail?", variable="email"),
        node("bye", "message", text="Thanks {{ name }}, {{ email }}."),
        "hello > name",
        "name > mail",
        "mail > bye",
    ),
    variables=[{"name": "name"}, {"name": "email"}],
)


async def test_a_conversation_from_greeting_to_end(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    opened = await visitor.open()
    assert texts(opened) == ["Hello!", "Your name?"]
    assert opened["status"] == "bot"
    assert [m["seq"] for m in opened["messages"]] == [1, 2]
    assert opened["input"]["type"] == "text"
    assert await visitor.say("Ada") == ["Your e-mail?"]
    last = await visitor.send(text="ada@example.com")
    assert texts(last) == ["Thanks Ada, ada@example.com."]
    assert (last["status"], last["input"]) == ("ended", None)
    assert await visitor.transcript() == [
        ("bot", "Hello!"),
        ("bot", "Your name?"),
        ("visitor", "Ada"),
        ("bot", "Your e-mail?"),
        ("visitor", "ada@example.com"),
        ("bot", "Thanks Ada, ada@example.com."),
    ]


async def test_what_is_said_after_the_end_begins_a_new_session(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    await visitor.open()
    await visitor.say("Ada")
    await visitor.say("ada@example.com")
    assert await visitor.say("hello again") == ["Hello!", "Your name?"]


async def test_a_new_session_runs_the_newest_release(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    bot = publish(GREETING)
    old = Visitor(client, bot.key)
    await old.open()
    bot.publish(ECHO)
    new = Visitor(client, bot.key)
    assert texts(await new.open()) == ["Say something"]
    assert await old.say("Ada") == ["Your e-mail?"]
    await old.say("ada@example.com")
    assert await old.say("and now?") == ["Say something"]


# Once and only once --------------------------------------------------------------


async def test_a_repeated_message_gets_the_very_same_answer(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    opened = await visitor.open()
    token = opened["input"]["token"]
    first = await visitor.send("m1", text="one", input_token=token)
    assert await visitor.send("m1", text="one", input_token=token) == first
    await visitor.say("two")
    assert await visitor.send("m1", text="one", input_token=token) == first
    assert Counter(await visitor.transcript())["visitor", "one"] == 1


async def test_thirty_posts_of_one_message_at_once_are_one_turn(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    answers = await asyncio.gather(*(visitor.send("same", text="hi") for _ in range(30)))
    assert all(answer == answers[0] for answer in answers)
    assert texts(answers[0]) == ["You said hi.", "Say something"]
    assert len(await visitor.transcript()) == 4


async def test_twenty_messages_at_once_to_two_processes_are_twenty_turns(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    elsewhere = Visitor(other_client, visitor.key)
    elsewhere.token, elsewhere.conversation = visitor.token, visitor.conversation
    answers = await asyncio.gather(
        *((visitor, elsewhere)[n % 2].send(f"m{n}", text=f"n{n}") for n in range(20))
    )
    for n, answer in enumerate(answers):
        assert texts(answer) == [f"You said n{n}.", "Say something"]
    said = await visitor.transcript()
    assert sorted(text for who, text in said if who == "visitor") == sorted(
        f"n{n}" for n in range(20)
    )
    order = [text for who, text in said if who == "visitor"]
    assert [text for who, text in said if text.startswith("You said")] == [
        f"You said {text}." for text in order
    ]


async def test_an_opening_repeated_at_once_is_one_conversation(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, publish: Publish
) -> None:
    key, client_id = publish(GREETING).key, uuid4().hex
    answers = await asyncio.gather(
        *(Visitor((client, other_client)[n % 2], key).open(client_id) for n in range(12))
    )
    assert all(answer == answers[0] for answer in answers)
    assert texts(answers[0]) == ["Hello!", "Your name?"]


async def test_a_stale_input_token_changes_nothing(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    token = (await visitor.open())["input"]["token"]
    await visitor.say("Ada")
    before = await visitor.transcript()
    answer = await visitor.send(text="late", input_token=token)
    assert answer["stale"] is True
    assert (answer["messages"], answer["input"]["type"]) == ([], "email")
    assert await visitor.transcript() == before


async def test_rapid_messages_are_put_together_where_the_channel_says_so(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(ECHO, debounce_ms=150).key)
    await visitor.open()
    elsewhere = Visitor(other_client, visitor.key)
    elsewhere.token, elsewhere.conversation = visitor.token, visitor.conversation
    one = asyncio.create_task(visitor.send("a", text="I want"))
    two = asyncio.create_task(elsewhere.send("b", text="a refund"))
    answers = await asyncio.gather(one, two)
    assert answers[0] == answers[1]
    said = texts(answers[0])[0]
    assert said in ("You said I want\na refund.", "You said a refund\nI want.")


# Coming back ---------------------------------------------------------------------


async def test_a_returning_visitor_finds_the_conversation(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    first = await visitor.open()
    await visitor.say("Ada")
    again = Visitor(client, visitor.key)
    back = await again.open(visitor_id=visitor.visitor_id)
    assert back["conversation_id"] == first["conversation_id"]
    assert texts(back) == ["Hello!", "Your name?", "Ada", "Your e-mail?"]
    assert back["input"]["type"] == "email"
    assert await again.say("ada@example.com") == ["Thanks Ada, ada@example.com."]


async def test_an_unknown_visitor_is_a_new_one_with_a_secret_of_ours(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    await visitor.open(visitor_id="chosen-by-somebody-else")
    assert visitor.visitor_id != "chosen-by-somebody-else"


async def test_visitor_secrets_are_stored_hashed_only(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    [contact] = rows("select * from contact where workspace_id = %s", bot.workspace)
    assert contact["visitor_hash"] == hashlib.sha256(visitor.visitor_id.encode()).digest()
    assert visitor.visitor_id not in str(contact)


async def test_an_identity_counts_only_with_its_proof(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING, identity_secret="s3cret")
    proof = hmac.new(b"s3cret", b"user-7", hashlib.sha256).hexdigest()
    ada = {"id": "user-7", "name": "Ada", "email": "ada@example.com"}
    await Visitor(client, bot.key).open(identity={**ada, "proof": proof})
    await Visitor(client, bot.key).open(identity={**ada, "proof": "0" * 64})
    contacts = rows("select * from contact where workspace_id = %s order by id", bot.workspace)
    assert [c["name"] for c in contacts] == ["Ada", None]
    assert [c["attributes"] for c in contacts] == [{"external_id": "user-7"}, {}]


async def test_given_variables_reach_the_flow(client: httpx.AsyncClient, publish: Publish) -> None:
    body = document(
        flow("main", node("tell", "message", text="Plan {{ plan }} on {{ conversation.page }}")),
        variables=[{"name": "plan"}],
    )
    visitor = Visitor(client, publish(body).key)
    assert texts(await visitor.open(variables={"plan": "gold"}, page="/prices")) == [
        "Plan gold on /prices"
    ]


# Catching up ---------------------------------------------------------------------


async def test_what_was_missed_comes_after_a_number(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(GREETING).key)
    opened = await visitor.open()
    await visitor.say("Ada")
    url = f"/api/v1/chat/conversations/{visitor.conversation}/messages"
    missed = await client.get(url, headers=visitor.headers, params={"after": opened["seq"]})
    assert [(e["event"], e["text"]) for e in missed.json()["events"]] == [
        ("message", "Ada"),
        ("message", "Your e-mail?"),
    ]
    assert missed.json()["seq"] == 4


async def test_reading_rating_and_typing(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    visitor = Visitor(client, bot.key)
    opened = await visitor.open()
    for _ in range(2):
        assert (await visitor.post("read", {"seq": opened["seq"]})).status_code == 204
    assert (await visitor.post("read", {"seq": 999})).status_code == 204
    assert (await visitor.post("typing", {})).status_code == 204
    rated = await visitor.post("rating", {"score": 5, "comment": "fine"})
    assert rated.status_code == 204
    reads = rows(
        "select body from message where workspace_id = %s and kind = 'read'", bot.workspace
    )
    assert [read["body"] for read in reads] == [{"seq": opened["seq"]}]
    [event] = rows("select name, data from event where workspace_id = %s", bot.workspace)
    assert event == {"name": "rating", "data": {"score": 5, "comment": "fine"}}
    assert await visitor.say("Ada") == ["Your e-mail?"]


async def test_config_and_suggestions(client: httpx.AsyncClient, publish: Publish) -> None:
    body = GREETING | {
        "flows": [
            *GREETING["flows"],
            flow(
                "refund",
                node("r", "message", text="Refund."),
                triggers=[{"kind": "keyword", "words": ["refund", "return it"]}],
            ),
        ]
    }
    visitor = Visitor(client, publish(body, look={"accent": "#123456"}, identity_secret="x").key)
    config = await client.get(f"/api/v1/chat/{visitor.key}/config")
    assert config.json()["look"] == {"accent": "#123456"}
    assert "identity_secret" not in config.text
    await visitor.open()
    url = f"/api/v1/chat/{visitor.key}/suggest"
    found = await client.get(url, params={"q": "RE"}, headers=visitor.headers)
    assert found.json() == {"suggestions": ["refund", "return it"]}
    assert (await client.get(url, params={"q": "re"})).status_code == 401


# Who may not ---------------------------------------------------------------------


async def test_a_token_opens_its_own_conversation_only(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    one, two = Visitor(client, bot.key), Visitor(client, bot.key)
    await one.open()
    await two.open()
    two.token, kept = one.token, two.token
    assert (await two.post("messages", {"client_id": "x", "text": "hi"})).status_code == 401
    assert (await two.post("read", {"seq": 1})).status_code == 401
    for token in ("", "flyt_x", kept[:-4] + "AAAA", "é"):
        headers = {"authorization": f"Bearer {token}".encode()}
        url = f"/api/v1/chat/conversations/{two.conversation}/messages"
        answer = await client.post(url, json={"client_id": "x", "text": "hi"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    rows("update conversation set token_epoch = 1 where id = %s", two.conversation)
    two.token = kept
    assert (await two.post("messages", {"client_id": "x", "text": "hi"})).status_code == 401
    assert (await two.post("read", {"seq": 1})).status_code == 401


async def test_only_allowed_origins_may_open(client: httpx.AsyncClient, publish: Publish) -> None:
    key = publish(GREETING, allowed_origins=["https://shop.example"]).key
    url, body = f"/api/v1/chat/{key}/conversations", {"client_id": uuid4().hex}
    refused = await client.post(url, json=body, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
    allowed = await client.post(url, json=body, headers={"origin": "https://shop.example"})
    assert allowed.status_code == 201
    own = await client.post(url, json=body, headers={"origin": str(client.base_url).rstrip("/")})
    assert own.status_code == 201  # the full page that Flyt itself serves


async def test_an_erased_contact_is_gone(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    rows("update contact set erased_at = now() where workspace_id = %s", bot.workspace)
    assert (await visitor.post("messages", {"client_id": "x", "text": "hi"})).status_code == 404


async def test_a_channel_without_a_bot_says_so(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    rows("delete from release_share where bot_id = %s", bot.bot)
    answer = await client.post(
        f"/api/v1/chat/{bot.key}/conversations", json={"client_id": uuid4().hex}
    )
    assert answer.status_code == 409
    assert "no bot is published" in answer.json()["detail"]
    missing = await client.post("/api/v1/chat/nowhere/conversations", json={"client_id": "x" * 20})
    assert missing.status_code == 404


async def test_a_change_of_the_channel_holds_for_the_next_opening(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(GREETING)
    url = f"/api/v1/chat/{bot.key}/conversations"

    async def opening(**headers: str) -> httpx.Response:
        return await client.post(url, json={"client_id": uuid4().hex}, headers=headers)

    assert texts((await opening()).json()) == ["Hello!", "Your name?"]
    bot.publish(document(flow("main", node("hi", "message", text="Hi again."))))
    assert texts((await opening()).json()) == ["Hi again."]
    settings = json.dumps({"allowed_origins": ["https://shop.example"]})
    rows("update channel set settings = %s where id = %s", settings, bot.channel)
    assert (await opening(origin="https://evil.example")).status_code == 403
    rows("update channel set settings = '{}', bot_id = null where id = %s", bot.channel)
    assert (await opening()).status_code == 409
    rows("update channel set bot_id = %s where id = %s", bot.bot, bot.channel)
    assert texts((await opening()).json()) == ["Hi again."]
    rows("update channel set enabled = false where id = %s", bot.channel)
    assert (await opening()).status_code == 404


HOSTILE_MESSAGES: list[tuple[Any, int, str]] = [
    (b"", 400, ""),
    (b"{", 400, ""),
    (b"\xff\xfe", 400, ""),
    (b"[]", 422, ""),
    (b"null", 422, ""),
    ({"text": "hi"}, 422, "client_id"),
    ({"client_id": ""}, 422, "client_id"),
    ({"client_id": "x" * 129, "text": "hi"}, 422, "client_id"),
    ({"client_id": "x"}, 422, "text"),
    ({"client_id": "x", "text": 5}, 422, "text"),
    ({"client_id": "x", "text": None}, 422, "text"),
    ({"client_id": "x", "text": "a", "choice": "b"}, 422, "choice"),
    ({"client_id": "x", "text": "a", "extra": 1}, 422, "extra"),
    ({"client_id": "x", "text": "é" * 8193}, 422, "text"),
    ({"client_id": "x", "text": "nul \0 here"}, 422, "NUL"),
    ({"client_id": "nul \0", "text": "x"}, 422, "NUL"),
    (b'{"client_id": "x", "text": "\\ud800"}', 400, ""),
    (b'{"client_id": "x", "value": 1e999}', 422, "value"),
    (b'{"client_id": "x", "value": ' + b"[" * 20000 + b"]" * 20000 + b"}", 422, "value"),
    ({"client_id": "x", "choices": []}, 422, "choices"),
    ({"client_id": "x", "files": ["nothing"]}, 422, "files"),
    ({"client_id": "x", "files": [str(uuid4())]}, 422, "files"),
    ({"client_id": "x", "text": "x" * 70000}, 413, ""),
]


@pytest.mark.parametrize(("body", "status", "named"), HOSTILE_MESSAGES)
async def test_a_message_of_another_shape_is_refused_by_name(
    client: httpx.AsyncClient, publish: Publish, body: Any, status: int, named: str
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"/api/v1/chat/conversations/{visitor.conversation}/messages"
    answer = await client.post(url, content=content, headers=visitor.headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    assert len(await visitor.transcript()) == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"variables": {"nothing": 1}}, "variables.nothing"),
        ({"variables": []}, "variables"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"locale": "nb NO"}, "locale"),
        ({"visitor_id": 7}, "visitor_id"),
        ({"identity": "ada"}, "identity"),
        ({"page": 5}, "page"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_an_opening_of_another_shape_is_refused_by_name(
    client: httpx.AsyncClient, publish: Publish, body: dict[str, Any], named: str
) -> None:
    url = f"/api/v1/chat/{publish(ECHO).key}/conversations"
    answer = await client.post(url, json={"client_id": uuid4().hex} | body)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u202e{{ 7*7 }}", "'; drop table flyt.session; --", "𝕏" * 4000, "\x07\x1b[31m"],
)
async def test_any_text_is_taken_as_it_is(
    client: httpx.AsyncClient, publish: Publish, text: str
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    await visitor.send(text=text)
    assert ("visitor", text) in await visitor.transcript()


@pytest.mark.parametrize("value", [10**30, -1.5, True, "2026-01-01", {"a": [1]}, [1, "x"]])
async def test_any_value_of_a_control_is_taken(
    client: httpx.AsyncClient, publish: Publish, value: Any
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    assert (await visitor.send(value=value))["status"] == "bot"


async def test_odd_queries_are_refused_kindly(client: httpx.AsyncClient, publish: Publish) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    url = f"/api/v1/chat/conversations/{visitor.conversation}/messages"
    for after in ("-1", "x", "9" * 40, "²"):
        answer = await client.get(url, headers=visitor.headers, params={"after": after})
        assert answer.status_code == 422
    body = {"client_id": "w", "text": "hi"}
    for wait in ("x", "nan", "inf", "-inf", "1e400", "-1", "²"):
        answer = await visitor.post("messages", body, wait=wait)
        assert answer.status_code == 422, wait
        assert answer.json()["errors"][0]["path"] == "wait"
        assert answer.json()["detail"].startswith("`wait` is not a number of seconds")
    for wait in ("", "0", "0.5", "600"):  # too long is as long as possible
        assert (await visitor.post("messages", body, wait=wait)).status_code == 200
    heard = [text for sender, text in await visitor.transcript() if sender == "visitor"]
    assert heard == ["hi"]


async def test_the_description_names_what_the_channel_reads(engine: Engine) -> None:
    from connectors.channels.web import Identity, Opening, Said
    from runtime.api import chat_models as models

    for read, described in (
        (Opening, models.OpenConversation),
        (Said, models.SayInConversation),
        (Identity, models.VerifiedIdentity),
    ):
        assert list(read.__struct_fields__) == list(described.model_fields)


async def test_a_variable_that_only_a_question_sets_may_be_given_at_the_start(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    known = document(
        flow(
            "main",
            node("order", "ask.text", text="Which order?", variable="order_id", skip_if_known=True),
            node("tell", "message", text="Order {{ order_id }}"),
            "order > tell",
        )
    )
    visitor = Visitor(client, publish(known).key)
    assert texts(await visitor.open(variables={"order_id": "A7"})) == ["Order A7"]
