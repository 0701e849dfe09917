"""Correcting an earlier answer: which one, and what is known of it meanwhile."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

import tests.doubles.plugin  # noqa: F401  a node with effects
from runtime.core import session as sessions
from runtime.core.document import parse
from runtime.core.release import Release
from runtime.simulator import Simulator
from tests.documents.documents import document, flow, node

WHICH = {
    "en": "Which answer would you like to change?",
    "nb": "Hvilket svar vil du endre?",
    "sv": "Vilket svar vill du ändra?",
    "uk": "Яку відповідь ви хочете змінити?",
    "ru": "Какой ответ вы хотите изменить?",
}
SIZES = [{"id": "s", "label": "Small", "value": 1}, {"id": "l", "label": "Large", "value": 2}]
NAME = node("name", "ask.text", text="Your **name**?", variable="name")
EMAIL = node(
    "email",
    "ask.email",
    text="Thank you, {{ name }}.\n\nAnd what may your [e-mail](https://example.org) address be?",
    variable="email",
)
SIZE = node("size", "ask.choice", text="Which size?", variable="size", options=SIZES)
COUNT = node("count", "ask.number", text="How many?", variable="count")
DONE = node("done", "message", text="{{ count }} of {{ size }} for {{ name }}, {{ email }}")
STEPS = [NAME, EMAIL, SIZE, COUNT, DONE, "name > email", "email > size", "size > count"]


def shop(**more: Any) -> dict[str, Any]:
    return document(flow("main", *STEPS, "count > done"), **more)


def talk(data: dict[str, Any], *lines: str, locale: str | None = None) -> Simulator:
    simulator = Simulator(Release(parse(data)), locale=locale)
    simulator.start()
    for line in lines:
        simulator.say(line)
    return simulator


def said(simulator: Simulator, *lines: str) -> list[str]:
    answers = [simulator.say(line) for line in lines]
    return [message.text for message in answers[-1]]


def ordering(**more: Any) -> Simulator:
    simulator = talk(shop(**more), "Ada_L", "ada@example.org")
    simulator.choose("l")
    return simulator


def labels(simulator: Simulator) -> list[tuple[str, str]]:
    """Of the answers; the last button is for those who have changed their mind."""
    assert simulator.input
    *offered, (none, _) = [(option.id, option.label) for option in simulator.input.options]
    assert none == "-"
    return offered


def test_the_visitor_chooses_which_by_their_own_answers() -> None:
    simulator = ordering()
    assert said(simulator, "change my answer") == [WHICH["en"]]
    assert labels(simulator) == [
        ("size", "Large · Which size?"),
        ("email", "ada@example.org · And what may your e-mail address be?"),
        ("name", "Ada_L · Your name?"),
    ]
    assert simulator.choose("email")[0].text.startswith("Thank you, Ada")
    assert said(simulator, "eve@example.org") == ["How many?"]
    assert said(simulator, "3") == ["3 of 2 for Ada_L, eve@example.org"]


@pytest.mark.parametrize("pick", ["name", "Ada_L", "the third", "Ada_L · Your name?"])
def test_which_one_may_be_said_in_words(pick: str) -> None:
    simulator = ordering()
    assert said(simulator, "that was wrong", pick) == ["Your **name**?"]
    assert said(simulator, "Eve") == ["How many?"]
    assert simulator.session.vars["name"] == "Eve"


def test_a_single_answer_is_corrected_straight_away() -> None:
    simulator = talk(shop(), "Adda")
    assert said(simulator, "I made a mistake") == ["Your **name**?"]
    assert said(simulator, "Ada")[0].startswith("Thank you, Ada.")


def test_where_there_is_no_answer_the_bot_says_so() -> None:
    simulator = talk(shop())
    said_ = said(simulator, "correct that")
    assert said_ == ["There is no answer to change yet.", "Your **name**?"]


@pytest.mark.parametrize("language", WHICH)
def test_it_is_asked_in_the_visitors_language(language: str) -> None:
    others = {code: {} for code in WHICH if code != "en"}
    words = {"en": "change my answer", "nb": "endre svaret mitt", "sv": "ändra mitt svar",
             "uk": "змінити відповідь", "ru": "изменить ответ"}  # fmt: skip
    simulator = talk(shop(languages=others), "Ada", "ada@example.org", locale=language)
    assert said(simulator, words[language]) == [WHICH[language]]


def test_whoever_picks_none_goes_on_where_they_were() -> None:
    simulator = ordering()
    assert said(simulator, "change my answer", "the weather") == [
        "Please choose one of the options."
    ]
    assert said(simulator, "the weather") == ["How many?"]
    assert said(simulator, "2") == ["2 of 2 for Ada_L, ada@example.org"]


@pytest.mark.parametrize(
    ("language", "button"),
    [
        ("en", "Never mind, go on"),
        ("nb", "Glem det, gå videre"),
        ("sv", "Glöm det, gå vidare"),
        ("uk", "Неважливо, продовжимо"),
        ("ru", "Неважно, продолжим"),
    ],
)
@pytest.mark.parametrize("way", ["button", "label", "first words"])
def test_whoever_has_changed_their_mind_goes_on(language: str, button: str, way: str) -> None:
    words = {"en": "change my answer", "nb": "endre svaret mitt", "sv": "ändra mitt svar",
             "uk": "змінити відповідь", "ru": "изменить ответ"}  # fmt: skip
    others = {code: {} for code in WHICH if code != "en"}
    lines = ("Ada", "ada@example.org")
    simulator = talk(shop(languages=others), *lines, locale=language)
    kept = [entry.variable for entry in simulator.session.answers]
    said(simulator, words[language])
    assert simulator.input
    assert simulator.input.options[-1].label == button
    if way == "button":
        went_on = [message.text for message in simulator.choose("-")]
    else:
        went_on = said(simulator, button if way == "label" else button.partition(",")[0].upper())
    assert went_on[-1] == "Which size?"  # the first words cancel what one is in, whatever it is
    assert [entry.variable for entry in simulator.session.answers] == kept
    assert simulator.session.vars["name"] == "Ada"


def test_labels_are_kept_only_as_long_as_they_are_shown() -> None:
    """Nothing of the side conversation stays, and no answer to it can be gone back to."""
    simulator = ordering()
    before = [entry.variable for entry in simulator.session.answers]
    values = simulator.session.vars
    said(simulator, "change my answer")
    assert "Ada_L · Your name?" in stored(simulator)
    said(simulator, "cancel")
    assert [entry.variable for entry in simulator.session.answers] == before
    assert simulator.session.vars == values
    assert "·" not in stored(simulator)
    said(simulator, "change my answer")
    simulator.choose("name")
    assert "·" not in stored(simulator)
    assert "wrong_answer" not in stored(simulator)


def stored(simulator: Simulator) -> str:
    return sessions.dump(simulator.session).decode()


def test_ten_answers_are_offered_each_question_once_the_latest_first() -> None:
    asks = [node(f"q{n}", "ask.text", text=f"Q{n}?", variable=f"v{n}") for n in range(12)]
    again = node("again", "ask.text", text="Once more?", variable="v11")
    last = node("last", "ask.text", text="Well?", variable="last")
    parts = [*asks, again, last]
    ids = [part["id"] for part in parts]
    edges = [f"{a} > {b}" for a, b in pairwise(ids)]
    simulator = talk(document(flow("main", *parts, *edges)), *map(str, range(12)), "x" * 60)
    said(simulator, "change my answer")
    offered = labels(simulator)
    assert [id_ for id_, _ in offered] == [f"v{n}" for n in range(11, 1, -1)]
    assert offered[0][1] == f"{'x' * 39}… · Once more?"


def test_an_answer_before_what_cannot_be_undone_is_not_offered() -> None:
    pay = node("pay", "test.outside", call="letter", variable="letter")
    parts = [NAME, COUNT, pay, SIZE, EMAIL, "name > count", "count > pay", "pay > size"]
    simulator = talk(document(flow("main", *parts, "size > email")), "Ada", "2")
    refusal = "That has already been done and can't be undone here. If you like, ask for a person."
    assert said(simulator, "change my answer") == [refusal, "Which size?"]
    simulator.choose("l")
    assert said(simulator, "change my answer") == ["Which size?"]


def test_a_step_may_hold_the_name_of_the_answer_to_correct() -> None:
    which = node("which", "set", assign=[{"variable": "place", "value": "email"}])
    act = node("act", "repair", action="correct", variable="place")
    fix = flow("fix", which, act, "which > act",
               triggers=[{"kind": "keyword", "words": ["wrong mail"]}])  # fmt: skip
    data = shop()
    data["flows"].append(fix)
    simulator = talk(data, "Ada", "ada@example.org")
    assert said(simulator, "wrong mail")[0].startswith("Thank you, Ada")


def test_questions_of_called_flows_are_shown_as_they_were_asked() -> None:
    rate = flow(
        "rate",
        node("ask", "ask.number", text="How was the {{ what }}?", variable="stars"),
        node("why", "ask.text", text="Why {{ stars }}?", variable="why"),
        "ask > why",
        inputs=["what"],
    )
    each = node("each", "loop", items="dishes", item="dish")
    call = node("call", "subflow", flow="rate", inputs={"what": "{{ dish }}"})
    dishes = {"name": "dishes", "type": "list", "default": ["soup", "fish"]}
    main = flow("main", each, call, "each.each > call")
    simulator = talk(document(main, rate, variables=[dishes]), "4", "good", "5", "change my answer")
    assert labels(simulator) == [("stars", "5 · How was the fish?"), ("why", "good · Why 5?")]
    assert [m.text for m in simulator.choose("stars")] == ["How was the fish?"]


def test_questions_in_a_loop_are_shown_with_the_names_of_their_flow() -> None:
    each = node("each", "loop", items="dishes", item="dish")
    stars = node("stars", "ask.number", text="{{ dish }}, {{ guest }}?", variable="stars")
    why = node("why", "ask.text", text="Why?", variable="why")
    more = node("more", "ask.text", text="More?", variable="more")
    steps = [each, stars, why, more, "each.each > stars", "stars > why", "why > more"]
    dishes = {"name": "dishes", "type": "list", "default": ["Soup"]}
    call = node("call", "subflow", flow="meal", inputs={"guest": "Ada"})
    meal = flow("meal", *steps, inputs=["guest"])
    simulator = talk(document(flow("main", call), meal, variables=[dishes]))
    said(simulator, "4", "good", "change my answer")
    assert labels(simulator) == [("why", "good · Why?"), ("stars", "4 · Soup, Ada?")]


def test_buttons_files_and_lists_are_shown_as_the_visitor_knows_them() -> None:
    """A list that holds something else by now does not change what was picked from it."""
    tops = [{"id": "c", "label": "Cheese", "value": 1}, {"id": "h", "label": "Ham", "value": 2}]
    parts = [
        node("top", "ask.choice", text="On it?", variable="top", options=tops, multiple=True),
        node("time", "ask.choice", text="When?", variable="time", options_from="times"),
        node("sure", "ask.confirm", text="Sure?", variable="sure"),
        node("photo", "ask.file", text="A photo?", variable="photo"),
        node("later", "set", assign=[{"variable": "times", "value": ["ten", "eleven"]}]),
        node("more", "ask.text", text="More?", variable="more"),
    ]
    ids = [part["id"] for part in parts]
    times = {"name": "times", "type": "list", "default": ["eight", "nine"]}
    edges = [f"{a} > {b}" for a, b in pairwise(ids)]
    simulator = talk(document(flow("main", *parts, *edges), variables=[times]))
    simulator.choose("c", "h")
    simulator.choose("nine")
    simulator.choose("yes")
    simulator.upload("photo.jpg")
    said(simulator, "change my answer")
    assert [label for _, label in labels(simulator)] == [
        "photo.jpg · A photo?",
        "Yes · Sure?",
        "nine · When?",
        "Cheese, Ham · On it?",
    ]


def test_a_question_that_can_no_longer_be_written_is_shown_by_its_title() -> None:
    first = node("first", "ask.number", text="{{ 10 / ratio }}?", variable="first")
    first["title"] = "The first"
    zero = node("zero", "set", assign=[{"variable": "ratio", "value": 0}])
    parts = [first, COUNT, zero, NAME, "first > count", "count > zero", "zero > name"]
    ratio = {"name": "ratio", "type": "number", "default": 5}
    simulator = talk(document(flow("main", *parts), variables=[ratio]), "1", "2")
    said(simulator, "change my answer")
    assert labels(simulator) == [("count", "2 · How many?"), ("first", "1 · The first")]
