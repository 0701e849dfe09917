"""What is not understood: the question's own words, its edge, the apology, and then a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from runtime.core import session as sessions
from runtime.core.contract import HandedBack
from runtime.core.document import parse
from runtime.core.phrases import phrase
from runtime.core.release import Release
from runtime.simulator import Simulator, run_test
from tests.documents.documents import document, flow, node

LANGUAGES = ("nb", "sv", "uk", "ru")
SORRY = "Sorry, I didn't quite get that. Let's try once more."
OFFER = "Sorry, I still don't get it. Shall I fetch a person?"
HANDED = phrase("handed_over", "en")
GOODBYE = "All right, I'll stop here, then. You're welcome to try again at any time."


def asking(*edges: str, attempts: int = 1, **more: Any) -> dict[str, Any]:
    name = node("name", "ask.text", text="Your name?", variable="name")
    count = node(
        "count", "ask.number", text="How many?", variable="count", max_attempts=attempts,
        retry_texts=["In digits, please."],
    )  # fmt: skip
    done = node("done", "message", text="{{ count }} for {{ name }}")
    stuck = node("stuck", "message", text="Never mind the number.")
    parts = [name, count, done, stuck, "name > count", "count > done", *edges]
    return document(flow("main", *parts), **more)


def talk(data: dict[str, Any], locale: str | None = None) -> Simulator:
    simulator = Simulator(Release(parse(data)), locale=locale)
    simulator.start()
    simulator.say("Ada")
    return simulator


def said(simulator: Simulator, *lines: str) -> list[str]:
    """What the bot says to the last of some lines."""
    answers = [simulator.say(line) for line in lines]
    return [message.text for message in answers[-1]]


def offered(**more: Any) -> Simulator:
    """A visitor who has just been asked whether to fetch a person."""
    simulator = talk(asking(**more))
    assert said(simulator, "some", "a few") == [OFFER]
    return simulator


@pytest.mark.parametrize("edge", [True, False], ids=["with an edge", "without"])
def test_the_ladder(edge: bool) -> None:
    own = [{"user": "some"}, {"bot": "In digits, please."}, {"user": "a few"}]
    linked = [{"bot": "Never mind the number."}, {"handed_off": False}, {"status": "ended"}]
    bots = [
        {"bot": SORRY}, {"bot": "How many?"},
        {"user": "several"}, {"bot": "In digits, please."}, {"user": "many"},
        {"bot": OFFER}, {"handed_off": False},
        {"choose": "yes"}, {"bot": HANDED}, {"handed_off": True}, {"status": "human"},
        {"node_reached": "system.not_understood.fetch"}, {"wait": "P1D"}, {"status": "human"},
    ]  # fmt: skip
    test = {
        "name": "ladder",
        "talk": [{"bot": "Your name?"}, {"user": "Ada"}, {"bot": "How many?"}, *own]
        + (linked if edge else bots),
    }
    edges = ["count.invalid > stuck"] if edge else []
    bot = parse(asking(*edges, attempts=2, tests=[test]))
    assert run_test(bot, bot.tests[0]).failures == ()


def test_after_the_person_the_question_is_asked_again() -> None:
    simulator = offered()
    assert said(simulator, "yes please") == [HANDED]
    assert said(simulator, "12") == []
    assert [m.text for m in simulator.send(HandedBack())] == ["How many?"]
    assert said(simulator, "12") == ["12 for Ada"]


def test_whoever_asks_for_a_person_at_the_offer_has_taken_it() -> None:
    simulator = offered()
    assert said(simulator, "Human, please!") == [HANDED]
    assert [m.text for m in simulator.send(HandedBack())] == ["How many?"]


@pytest.mark.parametrize("answers", [("no",), ("perhaps", "perhaps"), ("skip",)])
def test_without_a_person_it_ends_kindly(answers: tuple[str, ...]) -> None:
    simulator = offered()
    assert said(simulator, *answers) == [GOODBYE]
    assert (simulator.status, simulator.handed_off) == ("ended", False)


def test_nobody_waits_for_ever_for_the_answer_to_the_offer() -> None:
    simulator = offered()
    assert simulator.wait(timedelta(minutes=59)) == []
    assert [m.text for m in simulator.wait(timedelta(minutes=1))] == [GOODBYE]


def test_cancelling_at_the_offer_cancels_what_was_asked() -> None:
    simulator = offered()
    assert said(simulator, "cancel") == ["All right, we'll leave it there."]
    assert simulator.status == "ended"


def test_the_way_out_for_cancelling_is_taken_after_a_no() -> None:
    simulator = talk(asking("count.cancelled > stuck"))
    assert said(simulator, "some", "few", "no") == [GOODBYE, "Never mind the number."]


@pytest.mark.parametrize(
    ("answer", "after"), [("yes", "handed back"), ("no", "cancelled"), ("back", "back")]
)
def test_the_offer_leaves_nothing_behind(answer: str, after: str) -> None:
    """Neither a variable, nor an answer that could be gone back to; and no name is taken."""
    more = node("more", "ask.text", text="Anything else?", variable="more")
    data = asking("count.cancelled > more")
    data["flows"][0]["nodes"].append(more)
    simulator = Simulator(Release(parse(data)))
    simulator.start({"fetch_person": "mine"})
    said(simulator, "Ada", "some", "few")
    assert simulator.variables["fetch_person"] is None
    said(simulator, answer)
    if after == "handed back":
        simulator.send(HandedBack())
    names = {"fetch_person": "mine"} | ({} if after == "back" else {"name": "Ada"})
    assert simulator.session.vars == names
    kept = [] if after == "back" else ["name"]
    assert [entry.variable for entry in simulator.session.answers] == kept
    if after != "back":
        assert said(simulator, "back") == ["Your name?"]
        assert simulator.session.vars == {"fetch_person": "mine"}


def test_an_answer_given_on_the_side_does_not_end_a_correction() -> None:
    more = node("more", "ask.text", text="Anything else?", variable="more")
    data = asking()
    data["flows"][0]["nodes"].append(more)
    data["flows"][0]["edges"][1]["target"] = "more"
    fix = flow(
        "fix",
        node("r", "repair", action="correct", variable="name"),
        triggers=[{"kind": "keyword", "words": ["wrong name"]}],
    )
    rate = flow(
        "rate",
        node("stars", "ask.number", text="How was it?", variable="stars"),
        node("thanks", "message", text="Thank you."),
        "stars > thanks",
        triggers=[{"kind": "keyword", "words": ["rate"]}],
    )
    data["flows"] += [fix, rate]
    simulator = talk(data)
    said(simulator, "3")
    assert said(simulator, "wrong name") == ["Your name?"]
    assert said(simulator, "rate", "5") == ["Thank you.", "Your name?"]
    assert said(simulator, "Eve") == ["Anything else?"]
    assert simulator.session.vars == {"name": "Eve", "count": 3, "stars": 5}


# --- A person, asked for --------------------------------------------------------------------

ASKED_FOR = {
    "en": ["human please", "Talk to a person", "talk to a human!", "real person", "operator"],
    "nb": ["Snakke med et menneske", "menneske, takk", "snakke med noen", "kundebehandler"],
    "sv": ["Prata med en människa", "människa tack!", "prata med någon", "handläggare"],
    "uk": ["поговорити з людиною", "Покличте людину!", "жива людина", "оператор"],
    "ru": ["Поговорить с человеком", "позовите человека", "живой человек", "оператор"],
}


@pytest.mark.parametrize(("language", "word"), [(k, w) for k, ws in ASKED_FOR.items() for w in ws])
def test_a_person_is_fetched_when_asked_for(language: str, word: str) -> None:
    simulator = talk(asking(languages={code: {} for code in LANGUAGES}), locale=language)
    assert said(simulator, word) == [phrase("handed_over", language)]
    assert simulator.status == "human"
    assert [m.text for m in simulator.send(HandedBack())] == ["How many?"]
    assert simulator.session.vars == {"name": "Ada"}


def test_a_word_for_a_person_may_be_an_option() -> None:
    options = [{"id": "a", "label": "Agent"}, {"id": "b", "label": "Buyer"}]
    job = node("job", "ask.choice", text="You are?", variable="job", options=options)
    simulator = Simulator(Release(parse(document(flow("main", job)))))
    simulator.start()
    simulator.say("agent")
    assert (simulator.session.vars, simulator.handed_off) == ({"job": "Agent"}, False)


def test_a_conversation_may_begin_with_the_wish_for_a_person() -> None:
    simulator = Simulator(Release(parse(asking())))
    assert said(simulator, "human please") == [HANDED]
    assert simulator.send(HandedBack()) == []
    assert simulator.status == "ended"


@pytest.mark.parametrize("word", ["back", "repeat", "skip", "that was wrong", "start over"])
def test_a_conversation_that_begins_with_a_repair_begins(word: str) -> None:
    simulator = Simulator(Release(parse(asking())))
    assert said(simulator, word)[-1] == "Your name?"
    assert simulator.session.vars == {}
    assert len(sessions.dump(simulator.session)) < 300
