"""The last rung of the ladder: which words a model is asked about, and what its choice does."""

from __future__ import annotations

import msgspec
import pytest

from runtime.core import events
from runtime.core.contract import (
    Called,
    Choosing,
    Chosen,
    Facts,
    Picked,
    TakenOver,
    Understood,
    UserSaid,
)
from runtime.core.interpreter import SURE, step
from runtime.core.understanding import needs, noted
from tests.core.talk import START, Talk, flow, node, release

SIZES = [
    {"id": "s", "label": "Small", "synonyms": ["little"]},
    {"id": "l", "label": "Large", "value": "L"},
]
AGAIN = ["Please choose one of the options."]


def bot(asked=None, *more, **document):
    main = flow(
        "main",
        asked or node("size", "ask.choice", text="Which size?", variable="size", options=SIZES),
        node("done", "message", text="Thanks: {{ size }}."),
        f"{(asked or {'id': 'size'})['id']} > done",
    )
    help_ = flow(
        "help",
        node("helped", "message", text="Here is help."),
        triggers=[{"kind": "keyword", "words": ["help me"]}],
    )
    refund = flow(
        "refund",
        node("sorry", "message", text="Sorry to hear."),
        triggers=[{"kind": "intent", "examples": ["I want my money back"]}],
    )
    flows = [main, help_, *([refund] if document.pop("intents", False) else []), *more]
    names = document.pop("variables", [{"name": "size"}, {"name": "sizes"}])
    return release(*flows, variables=names, **document)


def wanted(talk, event, **facts):
    known = Facts(turn=len(talk.turns) + 1, **(talk.facts | facts))
    return needs(talk.session, event, known, talk.release, talk.now)


def read(talk, text, *options, score=0.82, by="zeta-1", **more):
    """The words as a model has read them for the question that is open."""
    event = UserSaid(text, **more)
    need = wanted(talk, event)
    assert need is not None
    assert need.choice is not None
    picked = Picked(need.choice.token, options, score, by)
    event = noted(event, need, Understood(None, picked=picked))
    assert wanted(talk, event) is None  # what was tried is not tried again
    return event


# --- Which words ----------------------------------------------------------------------------


def test_an_answer_that_fits_no_option_is_asked_about():
    talk = Talk(bot())
    need = wanted(talk, UserSaid(" whatever fits a family "))
    assert (need.text, need.language, need.confidential) == ("whatever fits a family", "en", False)
    assert need.choice == Choosing(
        "Which size?",
        (Called("s", ("Small", "little")), Called("l", ("Large", "L"))),
        node="size",
        token=talk.last.input.token,
    )


@pytest.mark.parametrize(
    "event",
    [
        UserSaid("large"), UserSaid("the second"), UserSaid("larg"), UserSaid("little"),
        UserSaid("help me"), UserSaid("cancel"), UserSaid("  "), UserSaid("any", value="x"),
        UserSaid("any", token="0:9"), UserSaid("any", early=True), Chosen(("gone",)),
    ],
    ids=lambda event: str(getattr(event, "text", event)),
)  # fmt: skip
def test_what_a_rule_reads_or_another_flow_takes_is_not(event):
    assert wanted(Talk(bot()), event) is None


def test_nothing_is_asked_about_where_it_is_switched_off_or_a_person_has_the_word():
    off = node("size", "ask.choice", text="?", variable="size", options=SIZES, model_chooses=False)
    assert wanted(Talk(bot(off)), UserSaid("whatever fits")) is None
    talk = Talk(bot())
    talk.send(TakenOver("user:1"))
    assert wanted(talk, UserSaid("whatever fits")) is None
    text = node("size", "ask.text", text="?", variable="size", max_attempts=1)
    assert wanted(Talk(bot(text)), UserSaid("whatever fits")) is None


def test_intents_come_first_and_one_that_is_meant_is_not_asked_about():
    talk = Talk(bot(intents=True))
    event = UserSaid("whatever fits a family")
    first = wanted(talk, event)
    assert first.choice is None
    none = noted(event, first, None)
    assert wanted(talk, none).choice is not None
    meant = noted(event, first, Understood("refund", 0.9))
    assert wanted(talk, meant) is None
    assert talk.send(meant) == ["Sorry to hear.", "Which size?"]
    running = noted(event, first, Understood("main", 0.9))  # it can't be started again
    assert wanted(talk, running).choice is not None


def test_the_options_of_a_list_and_what_is_whole_stays_with_the_flow():
    rooms = [{"id": "a/1", "label": "Sea view", "value": {"secret": 7}}, "Attic", "Attic 2"]
    asked = node("size", "ask.choice", text="?", variable="size", options_from="sizes",
                 multiple=True)  # fmt: skip
    names = [{"name": "size"}, {"name": "sizes", "type": "list", "default": rooms}]
    talk = Talk(bot(asked, variables=names))
    choice = wanted(talk, UserSaid("where one sees the fjord")).choice
    assert choice.multiple
    assert [one.names for one in choice.options] == [("Sea view",), ("Attic",), ("Attic 2",)]
    assert talk.send(read(talk, "where one sees the fjord, and under the roof", "a/1", "2"))
    assert talk.vars["size"] == [{"secret": 7}, "Attic"]


def test_only_local_models_read_what_is_confidential():
    talk = Talk(bot())
    event = UserSaid("whatever fits")
    assert wanted(talk, event, attributes={"confidential": True}).confidential
    secret = [{"name": "size", "confidential": True}, {"name": "sizes"}]
    assert wanted(Talk(bot(variables=secret)), event).confidential
    by_intent = Talk(bot(intents=True, variables=secret))
    assert wanted(by_intent, event).confidential


# --- What a choice does -----------------------------------------------------------------------


def test_a_choice_is_taken_as_if_the_button_was_pressed():
    talk = Talk(bot())
    token = talk.last.input.token
    assert talk.send(read(talk, "whatever fits a family", "l")) == ["Thanks: L."]
    assert talk.last.heard.text == "whatever fits a family"
    assert talk.last.trace[0].note == "understood by zeta-1 as Large (82% sure)"
    assert talk.last.trace[0].port == "l"
    pressed = Talk(bot())
    pressed.choose("l", token=token)
    assert pressed.vars == talk.vars


@pytest.mark.parametrize(
    ("options", "score", "note"),
    [
        ((), 0.9, None),
        (("xl",), 0.9, None),
        (("s", "l"), 0.9, None),
        (("l",), SURE - 0.01, "understood by zeta-1 as Large (69% sure, which is too little)"),
    ],
    ids=["none", "invented", "two of one", "unsure"],
)
def test_what_is_no_sure_choice_of_one_option_is_asked_again(options, score, note):
    talk = Talk(bot())
    assert talk.send(read(talk, "whatever", *options, score=score)) == AGAIN
    assert talk.last.trace[0].note == note
    assert talk.vars == {}
    plain = Talk(bot())
    plain.say("whatever")
    assert plain.session == talk.session


def test_what_was_picked_for_another_question_counts_for_nothing():
    talk = Talk(bot())
    event = read(talk, "whatever fits a family", "l")
    talk.say("what?")  # asked again, under another token
    assert talk.send(event) == AGAIN
    picked = Understood(None, picked=Picked(talk.last.input.token, ("l",), 0.9, "zeta-1"))
    before = Talk(bot())
    assert before.say("small", understood=picked) == ["Thanks: Small."]  # rules come first


def test_going_back_and_correcting_need_no_model():
    asked = node("size", "ask.choice", text="Which size?", variable="size", options=SIZES)
    main = flow(
        "main", node("who", "ask.text", text="Who?", variable="who"), asked,
        node("last", "ask.number", text="How many?", variable="n"),
        "who > size", "size > last",
    )  # fmt: skip
    fix = flow("fix", node("it", "repair", action="correct", variable="who"),
               triggers=[{"kind": "keyword", "words": ["other name"]}])  # fmt: skip
    talk = Talk(release(main, fix, variables=[{"name": n} for n in ("who", "size", "n")]))
    talk.say("Ada")
    talk.send(read(talk, "whatever fits a family", "l"))
    assert talk.say("other name") == ["Who?"]
    assert talk.say("Grace") == ["How many?"]  # walks over the choice as it was made
    assert (talk.vars["who"], talk.vars["size"]) == ("Grace", "L")
    assert talk.say("back") == ["Which size?"]
    assert "size" not in talk.vars


def test_yes_or_no_in_other_words():
    asked = node("size", "ask.confirm", text="Shall we?", variable="size")
    talk = Talk(bot(asked))
    assert wanted(talk, UserSaid("yes please")) is None
    assert [one.id for one in wanted(talk, UserSaid("let us do it")).choice.options] == [
        "yes",
        "no",
    ]
    talk.send(read(talk, "I would rather not", "no"))
    assert talk.vars["size"] is False
    off = node("size", "ask.confirm", text="?", variable="size", model_chooses=False)
    assert wanted(Talk(bot(off)), UserSaid("I would rather not")) is None


def form(**more):
    fields = [
        {"label": "Name", "variable": "name", "type": "text", "required": True},
        {"label": "Size", "variable": "wide", "type": "choice", "required": True, "options": SIZES},
        {"label": "Terms", "variable": "terms", "type": "confirm", "required": True},
    ]
    asked = node("size", "ask.form", text="Your order?", variable="size", fields=fields, **more)
    return bot(asked, variables=[{"name": n} for n in ("size", "name", "wide", "terms")])


def test_a_field_of_a_form_that_is_asked_for_by_name():
    talk = Talk(form())
    assert wanted(talk, UserSaid("whatever fits a family")) is None  # no field is asked for yet
    talk.say("Ada")
    need = wanted(talk, UserSaid("whatever fits a family"))
    assert need.choice.question == "Your order?\nSize"
    assert need.choice.options == (Called("s", ("Small", "little")), Called("l", ("Large",)))
    assert wanted(talk, UserSaid("little")) is None
    talk.send(read(talk, "whatever fits a family", "l"))
    assert talk.vars["size"] == {"name": "Ada", "wide": "L"}
    talk.send(read(talk, "I can live with that", "yes"))
    assert talk.vars["size"] == {"name": "Ada", "wide": "L", "terms": True}
    off = Talk(form(model_chooses=False))
    off.say("Ada")
    assert wanted(off, UserSaid("whatever fits a family")) is None


def test_a_question_that_cannot_be_shown_is_not_asked_about():
    options = [{"id": "a", "label": "{{ 1 / size }}"}, {"id": "b", "label": "B"}]
    asked = node("size", "ask.choice", text="?", variable="n", options=options)
    names = [{"name": "size", "type": "number", "default": 1}, {"name": "n"}]
    talk = Talk(bot(asked, variables=names))
    assert wanted(talk, UserSaid("whatever fits")).choice.options[0].names == ("1",)
    broken = msgspec.structs.replace(talk.session, vars={"size": 0})
    assert needs(broken, UserSaid("whatever"), Facts("c"), talk.release, START) is None


def test_the_same_words_make_the_same_turn_again():
    """What was understood is kept with the event; stepping it needs no model."""
    talk = Talk(bot())
    event = read(talk, "whatever fits a family", "l")
    stored = events.load(events.dump(event))
    facts = Facts(turn=2, conversation="c")
    turns = [step(talk.session, one, facts, talk.release, START) for one in (event, stored)]
    assert stored == event
    assert turns[0] == turns[1]
