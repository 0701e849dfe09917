"""Values, topics and other words: a model's, held against the text; else rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.llm import ModelFailed, NoModel, Reply
from runtime.core.effects import EffectError
from runtime.core.effects.ai import (
    Category,
    ClassifyText,
    ExtractValues,
    RewriteText,
    Wanted,
)
from tests.ai.desk import Model, World

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BUSY = NoModel("busy", "full")


def world(**words: Any) -> World:
    return World(model=Model(words))


# --- Values -----------------------------------------------------------------------------------

WANTED = (
    Wanted("order", "text", "the number of the order"),
    Wanted("day", "date", "when it came"),
    Wanted("size", "choice", options=("small", "large")),
    Wanted("happy", "yes_no"),
    Wanted("count", "number"),
)
TEXT = "Order A-77 came last Tuesday, the two big ones were broken and I am not amused."


def extracting(text: str = TEXT, *wanted: Wanted, **more: Any) -> ExtractValues:
    return ExtractValues(text, wanted or WANTED, NOW, **more)


async def test_a_models_values_are_read_as_the_questions_would_read_them() -> None:
    given = {"v1": "A-77", "v2": "last Tuesday", "v3": "large", "v4": "no", "v5": None}
    here = world(extract=given)
    found = await here.perform(extracting(instructions="Orders begin with A."))
    assert found.values["order"] == "A-77"
    assert found.values["day"] in ("2026-11-17", "2026-11-10")
    assert (found.values["size"], found.values["happy"]) == ("large", False)
    assert "count" not in found.values
    assert not found.by_rules
    assert "Orders begin with A." in here.model.seen


async def test_what_the_text_does_not_say_is_left_out() -> None:
    given = {"v1": "B-12", "v2": "2026-01-01", "v3": "huge", "v4": "perhaps", "v5": "7"}
    here = world(extract=given)
    assert (await here.perform(extracting("Order A-77 is broken"))).values == {}
    for odd in (None, [], {"v1": 3}, {"other": "A-77"}):
        assert (await world(extract=odd).perform(extracting("It is broken"))).values == {}


async def test_what_readers_find_without_doubt_needs_no_model() -> None:
    here = world()
    mail = extracting("write to ada@example.com", Wanted("mail", "email"))
    found = await here.perform(mail)
    assert (found.values, found.by_rules) == ({"mail": "ada@example.com"}, True)
    assert here.model.requests == []


@pytest.mark.parametrize("trouble", [BUSY, ModelFailed("timeout", "late")])
async def test_without_a_model_values_go_by_rules(trouble: Exception) -> None:
    both = extracting("I'm Ada, ada@example.com", Wanted("who", "text"), Wanted("mail", "email"))
    found = await world(extract=trouble).perform(both)
    assert found.by_rules
    assert found.values == {"who": "Ada", "mail": "ada@example.com"}
    none = World()
    assert (await none.perform(both)) == found


async def test_numbers_of_cards_are_not_sent() -> None:
    given = {"v1": "[card 1]"}
    here = world(extract=given)
    card = Wanted("card", "text", "the card")
    found = await here.perform(extracting("My card is 4111 1111 1111 1111", card))
    assert "4111" not in here.model.seen
    assert found.values == {"card": "4111 1111 1111 1111"}


# --- Topics -----------------------------------------------------------------------------------

TOPICS = (
    Category("order", "Order", "Where a parcel is", ("Where is my parcel?",)),
    Category("refund", "Refund", "", ("I want my money back",)),
)


async def test_a_model_finds_the_topic() -> None:
    here = world(classify={"topic": "refund", "sure": 0.8})
    found = await here.perform(ClassifyText("These shoes hurt", TOPICS))
    assert (found.category, found.score, found.by_rules) == ("refund", 0.8, False)
    assert "- order: Order. Where a parcel is. Such as: Where is my parcel?" in here.model.seen


@pytest.mark.parametrize(
    "given",
    [{"topic": "none", "sure": 1}, {"topic": "refund", "sure": 0.2}, {"topic": "x"}, [], None],
)
async def test_what_fits_none_is_none(given: Any) -> None:
    found = await world(classify=given).perform(ClassifyText("Hm hm", TOPICS))
    assert found.category is None


async def test_a_name_needs_no_model_and_words_do_without_one() -> None:
    here = world()
    assert (await here.perform(ClassifyText("refund", TOPICS))).category == "refund"
    assert here.model.requests == []
    found = await world(classify=BUSY).perform(ClassifyText("my parcel?", TOPICS))
    assert (found.category, found.by_rules) == ("order", True)


# --- Other words ------------------------------------------------------------------------------


async def test_a_text_is_rewritten_with_its_facts() -> None:
    here = world(rewrite="Hei Ada, kort [card 1]: 49 kr.")
    text = "Hello Ada, card 4111 1111 1111 1111: 49 kr."
    found = await here.perform(RewriteText(text, "translate", "nb"))
    assert found.text == "Hei Ada, kort 4111 1111 1111 1111: 49 kr."
    assert "4111" not in here.model.seen
    assert "Norwegian Bokmål (nb)" in here.model.seen
    tone = RewriteText("Pay 49 kr.", "tone", instructions="Warmly, and offer 10 % off.")
    assert (await world(rewrite="Would you pay 49 kr, 10 % off?").perform(tone)).text


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (BUSY, "busy"),
        (NoModel("not_set_up", "no model is set up"), "not_set_up"),
        (ModelFailed("server_error", "500"), "server_error"),
        ("It costs 50 kr.", "unfaithful"),
        ("It costs 49 kr, see evil.example or https://evil.example", "unfaithful"),
        ("", "unfaithful"),
        (Reply("It costs", "m", "p", cut=True), "unfaithful"),
    ],
)
async def test_what_cannot_be_rewritten_is_told(word: Any, kind: str) -> None:
    with pytest.raises(EffectError) as caught:
        await world(rewrite=word).perform(RewriteText("It costs 49 kr.", "summarise"))
    assert caught.value.kind == kind
    assert not caught.value.again


async def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(EffectError, match="in parts"):
        await world().perform(RewriteText("x" * 20_000, "summarise"))
