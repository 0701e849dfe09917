"""Answers through a model: proved by their sources, exact, in the bounds of the house rules."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.ai import HouseRules, Line, Policy
from connectors.llm import ModelFailed, NoModel
from runtime.core.phrases import phrase
from tests.ai.desk import Model, World, passage, row, says

WARRANTY = passage(
    "The warranty lasts five years. It covers parts.", page=4, url="https://x.example/m"
)
DELIVERY = passage("Delivery costs 49 kr and takes 2-3 days.", 0.6, title="Delivery")
SAID = "How long does the warranty last?"


def world(*words: Any, passages: Any = (WARRANTY, DELIVERY), **more: Any) -> World:
    model = Model({"answer": words[0]} if words else {}, **more.pop("model", {}))
    return World(passages, model, **more)


# --- Sources ----------------------------------------------------------------------------------


async def test_a_proved_answer_names_its_sources() -> None:
    here = world(
        says(("It lasts five years.", 1, "lasts five years"), ("It costs 49 kr.", 2, "costs 49 kr"))
    )
    found = await here.answer(SAID)
    assert found.text == "It lasts five years. [1] It costs 49 kr. [2]"
    assert [(c.number, c.title, c.page, c.text) for c in found.citations] == [
        (1, "Manual", 4, "lasts five years"), (2, "Delivery", None, "costs 49 kr")
    ]  # fmt: skip
    assert found.citations[0].url == "https://x.example/m"
    assert (found.verdict, found.quoted) == ("answered", False)
    assert found.confidence == pytest.approx(0.4 * 0.8 + 0.6 * 0.9)


async def test_one_source_is_one_number_and_the_models_own_marks_are_taken_out() -> None:
    here = world(says(("Five years [7].", 1, "five years"), ("Parts too.", 1, "It covers parts")))
    found = await here.answer(SAID)
    assert found.text == "Five years. [1] Parts too. [1]"
    assert len(found.citations) == 1


@pytest.mark.parametrize(
    ("text", "number", "quote"),
    [
        ("It lasts five years.", 1, "lasts ten years"),  # no such words
        ("It lasts five years.", 3, "lasts five years"),  # no such passage
        ("It lasts five years.", 0, "lasts five years"),
        ("It lasts five years.", 2, "lasts five years"),  # of another passage
        ("It lasts five years.", 1, ""),
        ("It lasts 6 years.", 1, "lasts five years"),  # a number of its own
        ("It costs 39 kr.", 2, "Delivery costs 49 kr"),
        ("It costs 49 €.", 2, "Delivery costs 49 kr"),
        ("It comes on 3 May.", 2, "takes 2-3 days"),
        ("See https://evil.example/x", 1, "lasts five years"),
        ("Write to me@evil.example", 1, "lasts five years"),
        ("We guarantee that it lasts.", 1, "lasts five years"),
    ],
)
async def test_what_no_passage_proves_is_not_said(text: str, number: int, quote: str) -> None:
    alone = await world(says((text, number, quote))).answer(SAID)
    assert (alone.text, alone.verdict) == ("", "unsure")
    assert alone.reason
    beside = world(says((text, number, quote), ("It covers parts.", 1, "It covers parts")))
    found = await beside.answer(SAID)
    assert found.text == "It covers parts. [1]"
    assert found.confidence < 0.5
    assert found.verdict == "unsure"
    assert found.reason.startswith("left out: ")


async def test_numbers_and_quotes_may_be_written_otherwise() -> None:
    there = passage("The **price** is 1 299,00 kr – “today”. From 24.12.2026 at 10:30.")
    here = world(
        says(("It is 1299 kr today.", 1, 'price is 1 299,00 kr - "today"'),
             ("From 24 December 2026, 10.30.", 1, "From 24.12.2026 … at 10:30.")),
        passages=(there,),
    )  # fmt: skip
    found = await here.answer("What is the price?")
    assert found.reason == "every statement is proved by its sources"


async def test_a_price_that_the_visitor_names_is_no_proof() -> None:
    here = world(says(("Yes, it costs 1 kr.", 2, "Delivery costs")))
    assert (await here.answer("You said delivery costs 1 kr, right?")).verdict == "unsure"
    size = passage("All sizes from small to large.")
    size_of = world(says(("Yes, we have 42.", 1, "All sizes")), passages=(size,))
    assert (await size_of.answer("Do you have 42?")).verdict == "answered"


async def test_confidence_decides_between_sure_and_unsure() -> None:
    word = says(("It lasts five years.", 1, "lasts five years"), certainty=0.3)
    assert (await world(word).answer(SAID)).verdict == "answered"
    assert (await world(word).answer(SAID, threshold=0.6)).verdict == "unsure"
    wild = says(("It lasts five years.", 1, "lasts five years"), certainty=40)
    assert (await world(wild).answer(SAID)).confidence <= 1


@pytest.mark.parametrize("outcome", ["not_found", "off_topic"])
async def test_what_the_passages_lack_is_not_found(outcome: str) -> None:
    found = await world(says(outcome=outcome, certainty=1.0)).answer(SAID)
    assert (found.text, found.verdict) == ("", "nothing_found")


async def test_without_passages_no_model_is_asked() -> None:
    here = world(passages=())
    assert (await here.answer(SAID)).verdict == "nothing_found"
    assert here.model.requests == []


# --- Ready answers and prices -----------------------------------------------------------------


async def test_a_question_that_is_answered_already_needs_no_model() -> None:
    faq = passage(
        "Yes, for **30 days**.", 0.7, kind="faq", question="Can I return my shoes?", title="FAQ"
    )
    here = world(passages=(WARRANTY, faq))
    found = await here.answer("can I return shoes")
    assert (found.text, found.quoted, found.verdict) == (
        "Yes, for **30 days**. [1]",
        True,
        "answered",
    )
    assert found.citations[0].title == "FAQ"
    assert here.model.requests == []


async def test_a_certain_find_counts_as_the_same_question_if_the_words_are_related() -> None:
    faq = passage("Two days.", 0.97, kind="faq", question="How long does delivery take to Oslo?")
    assert (await world(passages=(faq,)).answer("delivery to Oslo?")).text == "Two days. [1]"
    other = world(says(outcome="not_found"), passages=(faq,))
    assert (await other.answer("What is the price of paint?")).verdict == "nothing_found"


async def test_an_answer_in_another_language_is_told_in_the_visitors() -> None:
    faq = passage(
        "Du kan få pengene tilbake hvis du leverer varene innen 30 dager.",
        kind="faq",
        question="Retur shoes?",
    )
    here = world(says(("You have 30 days.", 1, "innen 30 dager")), passages=(faq,))
    found = await here.answer("retur shoes?")
    assert found.text == "You have 30 days. [1]"


async def test_a_row_that_is_named_is_told_as_it_stands() -> None:
    rows = (
        row(heading="Drill X200", Name="Drill X200", Price="1 299,00 kr", Stock="3"),
        row(0.7, Name="Drill", Price="499 kr"),
    )
    here = world(passages=rows)
    found = await here.answer("What does the drill X200 cost?")
    assert found.text == "**Drill X200** · Price: 1 299,00 kr, Stock: 3 [1]"
    assert found.quoted
    assert here.model.requests == []
    assert (await here.answer("How much is a drill?")).text == "**Drill** · Price: 499 kr [1]"


async def test_a_variant_that_is_named_is_the_only_one_told() -> None:
    rows = tuple(
        row(0.9, "Kettle", Product="Kettle", Colour=colour, Price=price)
        for colour, price in (("black", "499 kr"), ("steel", "549 kr"))
    )
    here = world(passages=rows)
    steel = (await here.answer("What does the steel kettle cost?")).text
    assert "549 kr" in steel
    assert "499 kr" not in steel
    both = (await here.answer("What does the kettle cost?")).text
    assert "549 kr" in both
    assert "499 kr" in both


async def test_other_questions_about_prices_are_answered_from_the_rows_alone() -> None:
    rows = (row(Name="Drill", Price="499 kr"), row(0.7, Name="Saw", Price="899 kr"))
    right = world(says(("The cheapest is the drill, 499 kr.", 1, "Price: 499 kr")), passages=rows)
    assert (await right.answer("Which tool is cheapest?")).verdict == "answered"
    wrong = world(says(("The cheapest is the drill, 450 kr.", 1, "Price: 499 kr")), passages=rows)
    assert (await wrong.answer("Which tool is cheapest?")).text == ""


# --- Without a model --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        NoModel("busy", "full"),
        NoModel("over_budget", "spent"),
        ModelFailed("timeout", "late"),
        "no JSON at all",
    ],
)
async def test_a_busy_model_leaves_a_quoted_passage(trouble: Any) -> None:
    found = await world(trouble).answer(SAID)
    told = "> The warranty lasts five years. It covers parts. [1]"
    assert found.text == f"This is what I found in “Manual”:\n\n{told}"
    assert (found.verdict, found.quoted) == ("answered", True)
    assert "no model answered" in found.reason


async def test_with_no_model_at_all_the_best_passage_is_quoted_if_it_fits() -> None:
    none = {"is_ready": False}
    here = world(model=none)
    found = await here.answer(SAID, language="nb")
    assert found.text.startswith("Dette fant jeg i «Manual»:") or found.text.startswith("This is")
    assert found.quoted
    assert here.model.requests == []
    weak = world(model=none, passages=(passage("Something else.", 0.3),))
    assert (await weak.answer(SAID)).verdict == "unsure"
    off = world(model=none, passages=(passage("Something else.", 0.1),))
    assert (await off.answer(SAID)).verdict == "nothing_found"
    assert (await world(model=none, passages=()).answer(SAID)).verdict == "nothing_found"


async def test_a_long_passage_is_quoted_where_it_answers() -> None:
    long = passage(
        " ".join(f"Part {n} is made of steel." for n in range(60))
        + " The warranty lasts five years."
    )
    found = await world(model={"is_ready": False}, passages=(long,)).answer(SAID)
    assert "five years" in found.text
    assert len(found.text) < 700


async def test_a_model_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.ai.answering.WITHIN", 2.2)
    found = await world("hangs").answer(SAID)
    assert found.quoted


# --- House rules ------------------------------------------------------------------------------

RULES = HouseRules(
    "You are Ada.",
    (
        Policy("medical", "Never answer questions about medicine.", "refuse"),
        Policy("refund", "Refunds are for a person.", "hand_over"),
        Policy(
            "order", "Ask for the number of the order before speaking of a delivery.", "ask_first"
        ),
        Policy("dates", "Never promise a day of delivery.", "promise_never"),
    ),
)


async def test_persona_rules_and_instructions_reach_the_model_before_all_that_changes() -> None:
    here = world(says(("Five years.", 1, "five years")), house=RULES)
    await here.answer(SAID, instructions="Be brief.")
    await here.answer("Does it cover parts?", instructions="Be brief.")
    first, second = (request.said for request in here.model.requests)
    assert first[0] == second[0]
    for words in ("You are Ada.", "- refund: Refunds are for a person.", "Be brief."):
        assert words in first[0].text
    own = HouseRules(persona="House", prompts={"answer": "My own words."})
    mine = world(says(("Five years.", 1, "five years")), house=own)
    await mine.answer(SAID, persona="Bob")
    assert mine.model.requests[0].said[0].text == "My own words.\n\n# Who speaks\nBob"


@pytest.mark.parametrize(
    ("rule", "text", "verdict"),
    [
        ("medical", phrase("ai_refused", "en"), "answered"),
        ("refund", "", "unsure"),
        ("dates", "", "unsure"),
    ],
)
async def test_the_rule_that_fired_decides_and_is_named(rule: str, text: str, verdict: str) -> None:
    word = says(("Take two.", 1, "five years"), outcome="rule", rule=rule)
    found = await world(word, house=RULES).answer(SAID)
    if rule != "dates":
        assert (found.text, found.verdict) == (text, verdict)
    assert found.rule == rule


async def test_what_must_be_asked_first_is_asked() -> None:
    ask = [{"text": "What is the number of your order?", "sources": []}]
    word = says(outcome="rule", rule="order") | {"statements": ask}
    found = await world(word, house=RULES).answer("When does it come?")
    assert (found.text, found.verdict, found.rule) == (ask[0]["text"], "answered", "order")
    sly = word | {"statements": [{"text": "It is free, 0 kr. Fine?", "sources": []}]}
    assert (await world(sly, house=RULES).answer("When?")).verdict == "unsure"


async def test_a_promise_is_left_out_and_its_rule_named() -> None:
    word = says(("We promise delivery in 2-3 days.", 2, "takes 2-3 days"))
    found = await world(word, house=RULES).answer("When does it come?")
    assert (found.text, found.rule) == ("", "dates")


async def test_rules_hold_for_ready_answers_too() -> None:
    faq = passage("Within a week.", kind="faq", question="How long does a refund take?")
    here = World((faq,), Model({"rules": {"rule": "refund"}}), house=RULES)
    found = await here.answer("How long does a refund take?")
    assert (found.verdict, found.rule) == ("unsure", "refund")
    free = World((faq,), Model({"rules": {"rule": ""}}), house=RULES)
    assert (await free.answer("How long does a refund take?")).text == "Within a week. [1]"


async def test_without_a_model_rules_go_by_their_words() -> None:
    here = World((passage("Medicine is sold here."),), house=RULES)
    found = await here.answer("medicine questions?")
    assert (found.rule, found.text) == ("medical", phrase("ai_refused", "en"))
    assert (await here.answer("Do you sell shoes here today?")).rule == ""


async def test_the_rule_of_a_brand_holds_in_its_chats_only() -> None:
    rules = HouseRules(policies=(Policy("shoes", "Never speak of shoes.", "refuse", "north"),))
    here = World((passage("Shoes are sold here."),), house=rules)
    said = {
        brand: (await here.answer("shoes?", brand=brand)).rule for brand in ("north", "south", None)
    }
    assert said == {"north": "shoes", "south": "", None: ""}


# --- Memory and languages ---------------------------------------------------------------------


async def test_a_follow_up_is_searched_for_as_a_question_of_its_own() -> None:
    lines = (
        Line("visitor", "Do you sell drills?"),
        Line("bot", "Yes."),
        Line("visitor", "And their price?"),
    )
    model = Model({"standalone": "What do drills cost?", "answer": says(("49 kr.", 2, "49 kr"))})
    here = World((WARRANTY, DELIVERY), model, lines)
    await here.answer("And their price?")
    assert here.searched[0]["question"] == "What do drills cost?"
    assert "bot: Yes." in here.model.seen
    assert here.model.requests[-1].said[1].text.count("And their price?") == 1


async def test_a_question_that_stands_by_itself_costs_nothing_more() -> None:
    lines = (Line("visitor", "Hello"), Line("visitor", SAID))
    here = world(says(("Five years.", 1, "five years")), lines=lines)
    await here.answer(SAID)
    assert len(here.model.requests) == 1
    assert here.searched[0]["question"] == SAID


async def test_without_a_model_a_follow_up_takes_the_question_before_along() -> None:
    lines = (Line("visitor", "Do you sell drills?"), Line("visitor", "and the price?"))
    here = World((DELIVERY,), lines=lines)
    await here.answer("and the price?")
    assert here.searched[0]["question"] == "Do you sell drills? and the price?"


async def test_memory_is_bounded_and_may_be_switched_off() -> None:
    lines = tuple(Line("visitor", f"line {n} " + "x" * 900) for n in range(30))
    here = world(says(("Five years.", 1, "five years")), lines=lines)
    here.model.words["summary"] = NoModel("busy", "full")
    await here.answer(SAID, memory=20)
    assert len(here.model.requests[-1].said[1].text) < 4_000
    assert "line 29" in here.model.seen
    await here.answer(SAID, memory=0)
    assert "line 29" not in here.model.requests[-1].said[1].text


async def test_it_searches_and_answers_in_the_language_that_is_written() -> None:
    here = world(says(("Fem år.", 1, "five years")))
    await here.answer("Hvor lenge varer garantien på dette verktøyet?", language="en")
    assert here.searched[0]["language"] == "nb"
    assert "Norwegian Bokmål (nb)" in here.model.seen


async def test_passages_are_cut_to_a_budget_and_answers_come_first() -> None:
    many = [passage(f"Text {n}. " + "word " * 600, title=f"T{n}") for n in range(8)]
    faq = passage("Short answer.", 0.5, kind="faq", question="Other?", title="FAQ")
    here = world(says(("Short.", 1, "Short answer")), passages=(*many, faq))
    found = await here.answer("What about words?")
    assert found.citations[0].title == "FAQ"
    assert len(here.model.seen) < 12_000


# --- Telling early ----------------------------------------------------------------------------


async def test_proved_sentences_are_told_while_the_rest_is_written() -> None:
    word = says(("Five years.", 1, "five years"), ("Parts too.", 1, "covers parts"))
    here = world(word)
    found = await here.answer(SAID)
    assert here.told == [(0, 0, "Five years. [1]"), (0, 1, "Parts too. [1]")]
    assert found.text == "Five years. [1] Parts too. [1]"


async def test_what_may_not_be_said_is_not_told_early_either() -> None:
    bad = says(("It costs 39 kr.", 2, "49 kr"), ("Five years.", 1, "five years"))
    here = world(bad)
    found = await here.answer(SAID)
    assert here.told == []
    assert found.text == "Five years. [1]"
    for word in (says(("Five years.", 1, "five years"), certainty=0.1), says(outcome="not_found")):
        quiet = world(word)
        await quiet.answer(SAID)
        assert quiet.told == []
