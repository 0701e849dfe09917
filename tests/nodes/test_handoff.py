from __future__ import annotations

import pytest

from nodes.handoff import HandOff
from runtime.core.contract import (
    Chosen,
    EffectDone,
    HandedBack,
    HandOver,
    Message,
    Next,
    Returned,
    Signal,
    TakenOver,
    TimedOut,
    UserSaid,
)
from runtime.core.phrases import LANGUAGES, phrase
from runtime.core.translations import texts_of
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {  # a configuration for test_contract
    "text": "A colleague will answer you in a moment.",
    "about": "{{ name }} asks about order {{ order }}.",
}


def test_it_tells_the_visitor_and_the_colleague() -> None:
    handoff = HandOff(text="One moment, {{ name }}.", about=" *{{ name }}* wants {{ sum }} ")
    ctx = context(name="A_da", sum=5)
    told = Message("One moment, A_da.")
    assert handoff.run(ctx) == HandOver(say=(told,), summary="*A_da* wants 5")
    assert handoff.ask_again(ctx) == (told,)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "  ", "{{ greeting or '' }}"])
def test_without_a_text_a_stock_phrase_is_said(language: str, text: str) -> None:
    told = phrase("handed_over", language)
    assert HandOff(text=text).run(context(language=language)) == HandOver(say=(Message(told),))


def test_it_goes_on_when_the_conversation_is_handed_back() -> None:
    assert HandOff().resume(context(attempt=1), HandedBack()) == Next()
    assert [(port.id, port.kind) for port in HandOff().ports()] == [("next", "usual")]


@pytest.mark.parametrize(
    "event",
    [
        UserSaid("hello?"),
        Chosen(("yes",)),
        TimedOut("0", "t"),
        EffectDone("t"),
        Signal(name="paid"),
        Returned(),
        TakenOver("kari"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_anything_else_leaves_it_with_the_person_without_a_word(event) -> None:
    assert HandOff(text="Hello", about="x").resume(context(attempt=1), event) == HandOver()


def test_what_a_colleague_reads_is_not_translated() -> None:
    assert texts_of(HandOff.model_validate(EXAMPLE)) == {"text": EXAMPLE["text"]}


# --- In a conversation ----------------------------------------------------------------------

NAME = node("name", "ask.text", text="Name?", variable="name")
HAND = node("hand", "handoff", text="Just a moment.", about="{{ name }} wants a person")
MORE = node("more", "ask.text", text="Anything else?", variable="more")


def test_the_bot_is_silent_until_it_is_handed_back() -> None:
    talk = Talk(release(flow("main", NAME, HAND, MORE, "name > hand", "hand > more")))
    assert talk.say("Ada") == ["Just a moment."]
    assert (talk.status, talk.session.epoch, talk.last.input) == ("human", 1, None)
    assert talk.say("cancel") == []
    assert talk.wait(days=1) == []
    assert talk.send(HandedBack()) == ["Anything else?"]
    assert (talk.status, talk.session.epoch) == ("bot", 2)
    assert talk.say("no") == []
    assert talk.status == "ended"


def test_the_path_of_the_conversation_says_what_it_is_about() -> None:
    talk = Talk(release(flow("main", NAME, HAND, "name > hand")))
    talk.say("Ada")
    assert [(v.node, v.outcome, v.note) for v in talk.last.trace] == [
        ("name", "Next", None),
        ("hand", "HandOver", "Ada wants a person"),
    ]


def test_after_a_correction_the_visitor_is_told_again_that_a_person_comes() -> None:
    """Otherwise the bot would fall silent without a word."""
    fix = flow(
        "fix",
        node("r", "repair", action="correct", variable="name"),
        triggers=[{"kind": "keyword", "words": ["wrong name"]}],
    )
    talk = Talk(release(flow("main", NAME, HAND, MORE, "name > hand", "hand > more"), fix))
    talk.say("Adda")
    talk.send(HandedBack())
    assert talk.say("wrong name") == ["Name?"]
    assert talk.say("Ada") == ["Just a moment."]
    assert talk.status == "human"
    assert talk.send(HandedBack()) == ["Anything else?"]
