"""Forms that are filled from the sentence that led to them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from runtime.core.contract import FormField, Option, Understood, UserSaid
from runtime.core.readers.beforehand import told_before
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

SIZES = [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large", "value": "L"}]
BOOK = "Book a table for four tomorrow at 19:00, I am Anna"


def field(variable, type_, label, **more):
    return {"variable": variable, "type": type_, "label": label, "required": True, **more}


NAME, GUESTS, DAY, AT = (
    field("name", "text", "Your name"),
    field("guests", "number", "How many people?"),
    field("day", "date", "Day"),
    field("at", "time", "Time"),
)
PHONE = field("phone", "phone", "Phone")
NAMES = ("table", "name", "guests", "day", "at", "phone", "seen", "sure", "size")


def bot(*fields, before=(), **config):
    """A booking by keyword or intent beside a main flow that asks something."""
    asked = node("form", "ask.form", text="Your booking?", variable="table", fields=fields,
                 **config)  # fmt: skip
    booked = node("booked", "message", text="{{ guests }} on {{ day }}, {{ name }}.")
    sure = node("sure", "ask.confirm", text="Right?", variable="sure")
    ids = [*(part["id"] for part in before), "form"]
    edges = [f"{one} > {after}" for one, after in pairwise(ids)]
    return release(
        flow("main", node("hello", "ask.text", text="Yes?", variable="seen")),
        flow("booking", *before, asked, booked, sure, *edges, "form > booked", "booked > sure",
             triggers=[{"kind": "keyword", "words": ["book"]},
                       {"kind": "intent", "examples": ["a table"]}]),
        variables=[{"name": name} for name in NAMES],
    )  # fmt: skip


# --- Which words fill in what -----------------------------------------------------------------

FIELDS = (
    FormField("name", "text", "Your name"),
    FormField("wishes", "text", "Wishes"),
    FormField("guests", "number", "How many people?"),
    FormField("day", "date", "Day"),
    FormField("at", "time", "Time"),
    FormField("mail", "email", "E-mail"),
    FormField("size", "choice", "Size", options=(Option("l", "Large", "L"),)),
    FormField("terms", "confirm", "Terms"),
)
TOMORROW = "2026-11-21"


@pytest.mark.parametrize(
    ("language", "text", "filled"),
    [
        ("en", BOOK, {"name": "Anna", "guests": 4, "day": TOMORROW, "at": "19:00"}),
        ("en", "table for 2 guests, ann@example.com, large",
         {"guests": 2, "mail": "ann@example.com", "size": "L"}),
        ("en", "hi, my name is anna berg, a table for 12 please",
         {"name": "anna berg", "guests": 12}),
        ("nb", "bord til fire i morgen kl 19, jeg heter Åse Ås",
         {"name": "Åse Ås", "guests": 4, "day": TOMORROW, "at": "19:00"}),
        ("sv", "boka bord för tre i morgon klockan 18.30, jag heter Åsa",
         {"name": "Åsa", "guests": 3, "day": TOMORROW, "at": "18:30"}),
        ("uk", "столик на 4 завтра о 19:00, мене звати Леся",
         {"name": "Леся", "guests": 4, "day": TOMORROW, "at": "19:00"}),
        ("ru", "столик на два завтра в 19:00, меня зовут Оля",
         {"name": "Оля", "guests": 2, "day": TOMORROW, "at": "19:00"}),
        ("en", "E-mail: ann@example.com; Wishes: by the window",
         {"mail": "ann@example.com", "wishes": "by the window"}),
    ],
)  # fmt: skip
def test_what_leaves_no_doubt_is_taken(language, text, filled):
    assert told_before(text, FIELDS, (), context(language=language)) == filled


@pytest.mark.parametrize(
    "text",
    ["book", "hello", "large", "yes", "Anna", "I want to book a table", "table 5 please",
     "a table at seven", "for two days", "2 guests or 3 guests", "I am vegetarian", "I'm late",
     "This is about a table", "we are Norwegians", "ann@example.com or bob@example.com", "",
     "x " * 30_000, "for 4 for 5 " * 9_000],
)  # fmt: skip
def test_what_could_be_about_something_else_is_not(text):
    begun = time.process_time()
    assert told_before(text, FIELDS, (), context()) == {}
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("label", "variable"), [("Company name", "company"), ("Wishes", "wishes"), ("User name", "u")]
)
def test_a_name_is_only_for_the_field_that_asks_for_one(label, variable):
    fields = (FormField(variable, "text", label),)
    assert told_before("I am Anna", fields, (), context()) == {}


def test_a_number_needs_its_own_word():
    nights = (FormField("nights", "number", "Nights"),)
    assert told_before("a room for 2 nights", nights, (), context()) == {"nights": 2}
    assert told_before("a room for two", nights, (), context()) == {}
    both = (FormField("a", "number", "Adults"), FormField("c", "number", "Children"))
    assert told_before("2 adults and 3 children", both, (), context()) == {"a": 2, "c": 3}
    assert told_before("a table for 4", both, (), context()) == {}


# --- In a conversation ------------------------------------------------------------------------


def test_only_what_lacks_is_asked_for():
    talk = Talk(bot(NAME, GUESTS, DAY, AT, PHONE))
    assert talk.say(BOOK) == ["Please fill in: Phone"]
    filled = {"name": "Anna", "guests": 4, "day": "2026-11-21", "at": "19:00"}
    assert talk.vars["table"] == filled
    assert talk.last.input.type == "phone"
    assert talk.say("+47 406 12 345") == ["4 on 2026-11-21, Anna.", "Right?"]
    assert talk.vars["phone"] == "+4740612345"


def test_a_complete_sentence_is_an_answer_that_can_be_gone_back_to():
    talk = Talk(bot(NAME, GUESTS, DAY))
    assert talk.say(BOOK) == ["4 on 2026-11-21, Anna.", "Right?"]
    assert talk.session.taken
    assert talk.say("back") == ["Your booking?"]
    assert talk.vars == {"table": None}
    assert talk.say("my name is Bo, 2 people, on Monday") == ["2 on 2026-11-23, Bo.", "Right?"]


def test_a_correction_walks_over_it_without_reading_other_words():
    correct = flow("fix", node("it", "repair", action="correct", variable="size"),
                   triggers=[{"kind": "keyword", "words": ["other size"]}])  # fmt: skip
    size = node("size", "ask.choice", text="Which size?", variable="size", options=SIZES)
    form = node("form", "ask.form", text="Your booking?", variable="table", fields=[GUESTS])
    last = node("last", "ask.confirm", text="Right?", variable="sure")
    tell = node("tell", "message", text="How about it?")
    main = flow("main", size, tell, form, last, "size > tell", "tell > form", "form > last")
    talk = Talk(release(main, correct, variables=[{"name": name} for name in NAMES]))
    talk.choose("s")
    talk.say("for 3 people")
    assert talk.vars["guests"] == 3
    assert talk.say("other size") == ["Which size?"]
    assert talk.choose("l") == ["Right?"]
    assert (talk.vars["size"], talk.vars["guests"]) == ("L", 3)


def test_an_intent_and_the_very_first_words_lead_there_too():
    talk = Talk(bot(NAME, GUESTS), start=False)
    meant = UserSaid("a table for 4, I am Anna", understood=Understood("booking", 0.9, clear=True))
    assert talk.send(meant) == ["4 on , Anna.", "Right?"]
    talk = Talk(bot(NAME, GUESTS))
    assert talk.send(meant) == ["4 on , Anna.", "Right?"]


def test_words_that_were_an_answer_fill_in_nothing():
    talk = Talk(bot(GUESTS, before=[node("why", "ask.text", text="Why?", variable="seen")]))
    assert talk.say("book for 4 people") == ["Why?"]
    assert talk.say("we are 4 people") == ["Your booking?"]
    talk = Talk(bot(GUESTS, before=[node("hi", "message", text="Gladly!")]))
    assert talk.say("book for 4 people")[:1] == ["Gladly!"]
    assert talk.vars["guests"] == 4


def test_a_bare_keyword_and_a_greeting_ask_for_everything():
    talk = Talk(bot(NAME, GUESTS))
    assert talk.say("book") == ["Your booking?"]
    assert talk.vars == {"table": None}


def test_it_can_be_switched_off():
    talk = Talk(bot(GUESTS, reads_before=False))
    assert talk.say("book for 4 people") == ["Your booking?"]


def test_one_sentence_fills_one_form():
    second = node("again", "ask.form", text="And?", variable="size", fields=[
        field("seen", "number", "How many people?")])  # fmt: skip
    first = node("form", "ask.form", text="Your booking?", variable="table", fields=[GUESTS])
    booking = flow("booking", first, second, "form > again",
                   triggers=[{"kind": "keyword", "words": ["book"]}])  # fmt: skip
    main = flow("main", node("hello", "ask.text", text="Yes?", variable="sure"))
    talk = Talk(release(main, booking, variables=[{"name": name} for name in NAMES]))
    assert talk.say("book for 4 people") == ["And?"]


def test_a_form_of_which_nothing_must_be_filled_in_is_shown():
    optional = [{**GUESTS, "required": False}, {**PHONE, "required": False}]
    talk = Talk(bot(*optional))
    assert talk.say("book for 4 people") == ["Your booking?"]
    assert talk.vars["table"] == {"guests": 4}


def test_what_is_said_now_goes_before_what_was_known():
    talk = Talk(bot(NAME, GUESTS, skip_if_known=True))
    talk.say("book for 4 people, my name is Anna")
    assert talk.say("yes") == ["Yes?"]
    assert talk.say("book for 2 people") == ["2 on , Anna.", "Right?"]
