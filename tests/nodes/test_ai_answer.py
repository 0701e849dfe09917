from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from nodes.ai_answer import AnswerIt
from runtime.core.contract import (
    Citation,
    EffectDone,
    EffectFailed,
    Fail,
    HandedBack,
    Message,
    Next,
    Perform,
    TimedOut,
    UserSaid,
    Wait,
)
from runtime.core.effects.ai import AnswerQuestion
from runtime.core.phrases import phrase
from runtime.simulator import Simulator
from tests.core.context import NOW, context
from tests.core.talk import flow, node, release

EXAMPLE = {
    "question": "{{ topic }}?",
    "collections": ["Manuals"],
    "instructions": "Briefly.",
    "keep_answering": True,
    "variable": "answer",
    "persona": "Ada",
    "threshold": 0.7,
    "memory": 4,
    "unsure_text": "Hm.",
    "nothing_text": "Nothing, sorry.",
    "timeout": "PT5M",
    "adapt_tone": False,
    "rerank": True,
    "confidential": True,
}  # a configuration for test_contract

FULL = AnswerIt.model_validate(EXAMPLE)
PLAIN = AnswerIt()
CITATION = {"number": 1, "title": "Manual", "text": "Five years.", "page": 4}
RESULT: dict[str, Any] = {
    "text": "Five years. [1]",
    "verdict": "answered",
    "confidence": 0.9,
    "citations": [CITATION],
}

NOTHING = {"text": "", "verdict": "nothing_found"}


def test_everything_it_is_told_reaches_the_effect():
    effect = FULL.run(context(topic="Warranty", language="nb")).effect
    assert effect == AnswerQuestion(
        "Warranty?", "nb", ("Manuals",), "Ada", "Briefly.", 0.7, memory=4,
        confidential=True, adapt_tone=False, rerank=True,
    )  # fmt: skip


def test_it_answers_the_visitors_last_words_or_asks_for_a_question():
    assert PLAIN.run(context(said="How long?")) == Perform(AnswerQuestion("How long?"), takes=True)
    asked = PLAIN.run(context(language="nb"))
    assert asked == Wait(on="reply", say=(Message(phrase("ask_question", "nb")),))
    answered = PLAIN.resume(context(attempt=1, said="How long?"), UserSaid("How long?"))
    assert answered == Perform(AnswerQuestion("How long?"), takes=True)
    assert isinstance(PLAIN.run(context(said="Ada", taken=True)), Wait)


@pytest.mark.parametrize("greeting", ["Hi!", "God morgen", "привіт", "Добрый день!", "Hej 👋"])
def test_a_greeting_is_no_question(greeting):
    asked = (Message(phrase("ask_question", "en")),)
    assert PLAIN.run(context(said=greeting)).say == asked
    assert FULL.resume(context(attempt=2, said=greeting), UserSaid(greeting)).say == asked


def test_the_answer_is_said_with_its_sources_and_stored():
    told = AnswerIt(variable="answer").resume(context(), EffectDone("t", RESULT))
    source = Citation(1, "Manual", "Five years.", 4)
    assert told.port == "answered"
    assert told.say == (Message("Five years. [1]", citations=(source,)),)
    assert told.set["answer"]["citations"] == [{**CITATION, "url": None, "confidential": False}]
    assert told.set["answer"]["confidence"] == 0.9
    assert told.set["answer"]["quoted"] is False


@pytest.mark.parametrize(
    ("verdict", "own", "stock"),
    [("unsure", "Hm.", "ai_unsure"), ("nothing_found", "Nothing, sorry.", "ai_nothing")],
)
def test_what_it_does_not_know_it_says_in_its_own_words_or_in_stock_ones(verdict, own, stock):
    done = EffectDone("t", {"text": "Perhaps ten.", "verdict": verdict, "reason": "weak"})
    told = FULL.resume(context(), done)
    assert (told.port, told.say) == (verdict, (Message(own),))
    assert told.set["answer"]["text"] == "Perhaps ten."
    plain = PLAIN.resume(context(), done)
    assert plain.say == (Message(phrase(stock, "en")),)
    assert plain.note == f"{verdict.replace('_', ' ')}, 0% sure: weak"
    upset = EffectDone("t", {"text": "", "verdict": verdict, "mood": "upset"})
    assert PLAIN.resume(context(), upset).say == (Message(phrase(f"{stock}_upset", "en")),)
    assert FULL.resume(context(), upset).say == (Message(own),)


def test_failures_take_the_error_way():
    assert PLAIN.resume(context(), EffectFailed("t", "timeout", "late")) == Fail("timeout", "late")
    odd = PLAIN.resume(context(), EffectDone("t", {"text": "x", "verdict": "maybe"}))
    assert isinstance(odd, Fail)
    assert odd.kind == "bad_result"


def test_it_goes_on_until_the_visitor_has_no_more():
    waits = FULL.resume(context(attempt=1), EffectDone("t", RESULT))
    assert isinstance(waits, Wait)
    assert waits.until == NOW + timedelta(minutes=5)
    assert waits.set["answer"]["text"] == "Five years. [1]"
    for words in ("no thanks", "That’s all!", "takk", "Спасибо!", "ні, дякую"):
        assert FULL.resume(context(attempt=2, said=words), UserSaid(words)) == Next("answered")
    more = FULL.resume(context(attempt=2, said="And on Sundays?"), UserSaid("And on Sundays?"))
    assert more.effect.question == "And on Sundays?"
    yes = FULL.resume(context(attempt=2, said="yes"), UserSaid("yes"))
    assert yes.say == (Message(phrase("ask_question", "en")),)


def test_silence_and_interruptions():
    assert FULL.resume(context(attempt=1), TimedOut("0", "t")) == Next("no_reply")
    assert FULL.resume(context(attempt=2), TimedOut("0", "t")) == Next("answered")
    again = FULL.resume(context(attempt=2), HandedBack())
    assert again.say == (Message(phrase("ask_more", "en")),)
    assert FULL.ask_again(context()) == (Message(phrase("ask_question", "en")),)


def test_ports():
    assert [port.id for port in PLAIN.ports()] == ["answered", "unsure", "nothing_found", "error"]
    assert "no_reply" in [port.id for port in FULL.ports()]


@pytest.mark.parametrize(
    "config", [{"threshold": 1.1}, {"memory": -1}, {"variable": "two words"}, {"question": "{{"}]
)
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        AnswerIt.model_validate(config)


# --- In a conversation ------------------------------------------------------------------------


def talk(fakes: dict[str, Any] | None = None, **more: Any) -> Simulator:
    parts = [
        node("ask", "ai.answer", keep_answering=True),
        node("bye", "message", text="Bye."),
        node("person", "message", text="A person will help."),
    ]
    edges = ["ask.answered > bye", "ask.unsure > person", "ask.error > person"]
    return Simulator(release(flow("main", *parts, *edges)), fakes=fakes, **more)


def said(messages):
    return [message.text for message in messages]


def test_a_conversation_of_several_questions():
    answers = [RESULT, {"text": "Closed.", "citations": []}, {"text": "", "verdict": "unsure"}]
    chat = talk({"ai.answer": answers})
    assert said(chat.start()) == ["What would you like to know?"]
    first = chat.say("How long is the warranty?")
    assert said(first) == ["Five years. [1]"]
    assert first[0].citations[0].title == "Manual"
    assert said(chat.say("And on Sundays?")) == ["Closed."]
    unsure = [phrase("ai_unsure", "en"), "A person will help."]
    assert said(chat.say("Will it rain?")) == unsure
    questions = [p.effect.question for p in chat.performed]
    assert questions == ["How long is the warranty?", "And on Sundays?", "Will it rain?"]


def test_the_first_words_of_a_conversation_are_the_question():
    chat = talk()
    (told,) = chat.say("Do you *deliver*?")
    assert told.text == phrase("example_answer", "en", question=r"Do you \*deliver\*?")
    assert told.citations[0].title == "A made-up page"
    assert said(chat.say("thanks")) == ["Bye."]


def test_a_question_written_while_the_first_is_answered_is_answered_too():
    chat = talk(hold=True)
    chat.say("How long?")
    chat.say("And how much?")
    assert [p.effect.question for p in chat.performed] == ["How long?"]
    chat.perform()
    assert [p.effect.question for p in chat.performed] == ["How long?", "And how much?"]


def test_the_path_tells_colleagues_how_sure_it_was_and_why():
    answer = RESULT | {"verdict": "unsure", "reason": "a rule applies", "rule": "refund"}
    chat = talk({"ai.answer": answer})
    chat.say("My money?")
    notes = [visit.note for visit in chat.trace if visit.port == "unsure"]
    assert notes == ["unsure, 90% sure: a rule applies, rule “refund”"]


def test_who_skips_it_goes_on_as_if_answered():
    chat = talk()
    chat.start()
    assert said(chat.say("skip"))[-1] == "Bye."


def test_after_starting_over_old_words_are_no_question():
    chat = talk()
    chat.say("How long?")
    assert said(chat.say("start over"))[1:] == ["What would you like to know?"]


def test_words_that_answered_a_question_or_were_answered_are_not_answered_again():
    parts = [
        node("name", "ask.text", text="Name?", variable="name"),
        node("ask", "ai.answer"),
        node(
            "more", "ask.choice", text="More?", variable="m", options=[{"id": "y", "label": "Yes"}]
        ),
    ]
    ways = ["name > ask", "ask.answered > more", "ask.nothing_found > ask", "more.y > ask"]
    chat = Simulator(release(flow("main", *parts, *ways)), fakes={"ai.answer": [RESULT, NOTHING]})
    chat.say("hello")
    assert said(chat.say("Ada")) == ["What would you like to know?"]
    assert said(chat.say("How long?")) == ["Five years. [1]", "More?"]
    assert said(chat.choose("y")) == ["What would you like to know?"]
    asked_again = [phrase("ai_nothing", "en"), "What would you like to know?"]
    assert said(chat.say("How much?")) == asked_again
