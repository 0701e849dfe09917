"""Intents: which words must be understood, and where what they mean takes the conversation."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from runtime.core.contract import Chosen, Facts, Started, TakenOver, Understood, UserSaid
from runtime.core.interpreter import step
from runtime.core.session import Session
from runtime.core.understanding import Understanding, needs
from tests.core.talk import START, Talk, flow, node, release

OPTIONS = [{"id": "red", "label": "Red"}, {"id": "blue", "label": "Blue"}]
BACK = "flows.refund.triggers.0.examples.0"


def bot(*asked, **more):
    main = flow("main", *(asked or [node("wish", "ask.text", text="Well?", variable="wish")]))
    refund = flow(
        "refund",
        node("sorry", "message", text="Sorry to hear."),
        node("order", "ask.number", text="Which order?", variable="order"),
        "sorry > order",
        triggers=[{"kind": "intent", "examples": ["I want my money back", "refund please"]}],
        name="Refunds",
    )
    hours = flow(
        "hours",
        node("open", "message", text="Nine to five."),
        triggers=[{"kind": "keyword", "words": ["opening hours"]}],
    )
    names = [{"name": name} for name in ("wish", "order")]
    return release(main, refund, hours, variables=names, **more)


def asked(talk, text, **more):
    event = UserSaid(text, **more)
    facts = Facts("c", turn=len(talk.turns) + 1)
    return needs(talk.session, event, facts, talk.release, talk.now)


def meaning(text, flow_="refund", score=0.92, **more):
    return UserSaid(text, understood=Understood(flow_, score, **more), token=None)


def test_the_examples_of_all_languages_are_an_intents():
    found = bot(languages={"nb": {BACK: "jeg vil ha pengene tilbake"}}).intents
    assert [(one.flow, one.name) for one in found] == [("refund", "Refunds")]
    assert [tuple(example) for example in found[0].examples] == [
        ("I want my money back", "en"),
        ("refund please", "en"),
        ("jeg vil ha pengene tilbake", "nb"),
    ]


def test_words_are_understood_where_they_decide_something():
    fresh = Talk(bot(), start=False)
    assert asked(fresh, " give me back the money ") == Understanding("give me back the money", "en")
    assert asked(Talk(bot()), "give me back the money")  # a question in free words is open
    without = Talk(release(flow("main", node("wish", "ask.text", text="?", variable="wish")),
                           variables=[{"name": "wish"}]))  # fmt: skip
    assert asked(without, "give me back the money") is None


@pytest.mark.parametrize(
    "text",
    ["opening hours", "cancel", "  ", "can we speak Norwegian"],
    ids=["keyword", "system phrase", "nothing", "language"],
)
def test_what_is_taken_otherwise_needs_no_understanding(text):
    assert asked(Talk(bot()), text) is None


def test_a_clear_answer_needs_none():
    number = Talk(bot(node("n", "ask.number", text="How many?", variable="wish")))
    assert asked(number, "3 of them") is None
    assert asked(number, "give me back the money") is not None
    choice = Talk(bot(node("c", "ask.choice", text="Which?", variable="wish", options=OPTIONS)))
    assert asked(choice, "the second") is None
    assert asked(choice, "something else") is not None
    assert asked(choice, "1", value="red") is None
    assert needs(choice.session, Chosen(("red",)), Facts("c"), choice.release, START) is None
    stale = "0:9"
    assert asked(choice, "something else", token=stale) is None


def test_nobody_is_understood_while_a_person_has_the_word():
    talk = Talk(bot())
    talk.send(TakenOver("user:1"))
    assert asked(talk, "give me back the money") is None


def test_the_first_words_open_with_the_flow_they_mean():
    talk = Talk(bot(), start=False)
    assert talk.send(meaning("give me back the money")) == ["Sorry to hear.", "Which order?"]
    assert [frame.flow for frame in talk.session.frames] == ["refund"]
    assert talk.last.trace[0].note == "understood as refund (92% sure)"


def test_an_intent_interrupts_a_typed_question_and_comes_back_to_it():
    talk = Talk(bot(node("n", "ask.number", text="How many?", variable="wish")))
    assert talk.send(meaning("give me back the money")) == ["Sorry to hear.", "Which order?"]
    assert talk.say("17") == ["How many?"]
    assert talk.vars["order"] == 17
    assert talk.send(meaning("3")) == []  # an answer, whatever else it may mean
    assert talk.vars["wish"] == 3


def test_an_answer_in_free_words_is_interrupted_only_where_it_is_clear():
    talk = Talk(bot())
    said = "I want to write about a refund I got"
    assert talk.send(meaning(said)) == []
    assert talk.vars["wish"] == said
    talk = Talk(bot())
    assert talk.send(meaning("money back", clear=True)) == ["Sorry to hear.", "Which order?"]


def test_what_runs_already_is_not_started_again():
    talk = Talk(bot(), start=False)
    talk.send(meaning("give me back the money"))
    assert len(talk.send(meaning("my money back, I said"))) == 1  # asked again
    assert [frame.flow for frame in talk.session.frames] == ["refund"]


@pytest.mark.parametrize("flow_", [None, "gone"])
def test_what_means_no_flow_of_this_release_changes_nothing(flow_):
    talk = Talk(bot())
    talk.send(meaning("whatever", flow_, clear=True))
    assert talk.vars["wish"] == "whatever"


def test_what_was_understood_is_not_kept_with_answers():
    talk = Talk(bot(node("n", "ask.number", text="How many?", variable="wish"),
                    node("t", "ask.text", text="Why?", variable="order"), "n > t"))  # fmt: skip
    talk.send(meaning("3"))
    assert talk.session.answers[0].event == UserSaid("3")


def test_needs_asks_for_what_step_uses():
    """Understanding that was not needed never changes a turn."""
    for text in ("opening hours", "cancel", "3"):
        talk = Talk(bot(node("n", "ask.number", text="How many?", variable="wish")))
        assert asked(talk, text) is None
        facts = Facts("c", turn=2)
        plain = UserSaid(text)
        sure = replace(plain, understood=Understood("refund", 1.0, clear=True))
        turns = [step(talk.session, one, facts, talk.release, START) for one in (plain, sure)]
        assert turns[0] == turns[1]


def test_a_new_session_of_an_ended_conversation_is_understood():
    session = Session(bot="bot", release=1)
    assert needs(session, UserSaid("hi there"), Facts("c"), bot(), START)
    assert needs(session, Started(), Facts("c"), bot(), START) is None
