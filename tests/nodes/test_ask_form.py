from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from nodes.ask_form import AskForm
from runtime.core.contract import (
    Chosen,
    FormField,
    Input,
    Message,
    Next,
    Option,
    TimedOut,
    UserSaid,
    Wait,
)
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release


def field(variable, type_, label, **more):
    return {"variable": variable, "type": type_, "label": label, "required": True, **more}


NAME, MAIL, PHONE = (
    field("name", "text", "Name"),
    field("mail", "email", "E-mail"),
    field("phone", "phone", "Phone", required=False),
)
EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "fields": [
        NAME,
        MAIL,
        field("size", "choice", "Size", options=[{"id": "s", "label": "Small"}]),
    ],
}  # a configuration for test_contract

SIZES = [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large", "value": "L"}]
CONTACT = AskForm(text="Who are you?", variable="who", fields=[NAME, MAIL, PHONE])
EVERYTHING = AskForm(
    text="Your order?",
    variable="order",
    fields=[
        NAME,
        MAIL,
        PHONE,
        field("site", "url", "Site", required=False),
        field("day", "date", "Day"),
        field("at", "time", "Time"),
        field("seats", "number", "Seats"),
        field("size", "choice", "Size", options=SIZES),
        field("terms", "confirm", "I agree", required=False),
    ],
)


def heard(text, node_=CONTACT, *, language="en", **known):
    """What a reply to the open form fills in."""
    outcome = node_.resume(context(attempt=1, language=language, **known), UserSaid(text))
    return outcome.set[node_.variable] if outcome.set else None


def sent(value, node_=CONTACT, **known):
    return node_.resume(context(attempt=1, **known), UserSaid("{}", value=value))


# --- The control --------------------------------------------------------------------------


def test_it_shows_a_form():
    assert CONTACT.run(context()) == Wait(
        on="reply", say=(Message("Who are you?"),), set={"who": None}
    )
    assert CONTACT.input(context()) == Input(
        "form",
        fields=(
            FormField("name", "text", "Name", required=True),
            FormField("mail", "email", "E-mail", required=True),
            FormField("phone", "phone", "Phone"),
        ),
    )


def test_what_is_sent_is_stored_as_a_whole_and_by_field():
    given = {"name": " Ada ", "mail": "Ada@Example.COM", "phone": "406 12 345"}
    whole = {"name": "Ada", "mail": "Ada@example.com", "phone": "+4740612345"}
    assert sent(given) == Next(set={"who": whole, **whole})
    assert sent({"name": "Ada", "mail": "a@b.no", "odd": 1}) == Next(
        set={
            "who": {"name": "Ada", "mail": "a@b.no"},
            "name": "Ada",
            "mail": "a@b.no",
            "phone": None,
        }
    )


def test_every_kind_is_read_as_its_question_reads_it():
    given = {"name": "Ada", "mail": "a@b.no", "site": "example.com", "day": "2026-12-24",
             "at": "17:30", "seats": 4, "size": "L", "terms": True}  # fmt: skip
    outcome = sent(given, EVERYTHING)
    assert isinstance(outcome, Next)
    assert outcome.set["order"] == {**given, "site": "https://example.com"}


def test_what_does_not_fit_is_named_and_the_rest_is_kept():
    outcome = sent({"name": "Ada", "mail": "ada@", "phone": "12"})
    assert outcome == Wait(
        on="reply",
        say=(
            Message(
                "E-mail: That doesn't look like an e-mail address. "
                "Please write it like name@example.com\n"
                "Phone: That doesn't look like a phone number. "
                "Please write it like +47 40 61 23 45"
            ),
        ),
        set={"who": {"name": "Ada"}},
        afresh=True,
    )
    after = context(who={"name": "Ada"})
    assert [each.variable for each in CONTACT.input(after).fields] == ["mail", "phone"]


def test_one_that_is_left_has_its_own_control():
    after = context(who={"name": "Ada", "phone": "+4740612345"})
    assert CONTACT.input(after) == Input("email")
    three = [
        NAME,
        field("sure", "confirm", "Sure?"),
        field("size", "choice", "Size", options=SIZES),
    ]
    node_ = AskForm(text="Q", variable="who", fields=three)
    assert node_.input(context(who={"name": "Ada", "sure": True})) == Input(
        "choice", options=(Option("s", "Small", "Small"), Option("l", "Large", "L"))
    )
    asked = node_.input(context(who={"name": "Ada", "size": "L"}))
    assert [(asked.type, [option.value for option in asked.options])] == [
        ("confirm", [True, False])
    ]
    done = node_.resume(context(attempt=1, who={"name": "Ada", "size": "L"}), Chosen(("no",)))
    assert done.set["who"] == {"name": "Ada", "size": "L", "sure": False}
    done = node_.resume(context(attempt=1, who={"name": "Ada", "sure": True}), Chosen(("l",)))
    assert done.set["size"] == "L"


def test_an_option_that_is_asked_for_may_be_called_by_other_words():
    sizes = [{"id": "s", "label": "Small", "synonyms": ["little"]}, {"id": "l", "label": "Large"}]
    node_ = AskForm(text="Q", variable="who", fields=[
        NAME, field("size", "choice", "Size", options=sizes)])  # fmt: skip
    done = node_.resume(context(attempt=1, who={"name": "Ada"}), UserSaid("little"))
    assert done == Next(set={"who": {"name": "Ada", "size": "Small"}, "name": "Ada",
                             "size": "Small"})  # fmt: skip


def test_a_pressed_option_is_told_by_its_id_alone():
    crossed = [{"id": "s", "label": "A", "value": "l"}, {"id": "l", "label": "B", "value": "s"}]
    node_ = AskForm(
        text="Q", variable="who", fields=[NAME, field("size", "choice", "Size", options=crossed)]
    )
    for pressed, stored in (("s", "l"), ("l", "s")):
        done = node_.resume(context(attempt=1, who={"name": "Ada"}), Chosen((pressed,)))
        assert done.set["size"] == stored
    again = node_.resume(context(attempt=1, who={"name": "Ada"}), Chosen(("gone",)))
    assert again.say == (Message("Size: Please choose one of the options."),)


# --- Sentences ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "filled"),
    [
        ("Ada Lovelace, ada@example.com, 40612345", "en",
         {"name": "Ada Lovelace", "mail": "ada@example.com", "phone": "+4740612345"}),
        ("Hi, I'm Ada and my email is ada@example.com.", "en",
         {"name": "Ada", "mail": "ada@example.com"}),
        ("my name is Ada Lovelace, you can reach me at ada@example.com", "en",
         {"name": "Ada Lovelace", "mail": "ada@example.com"}),
        ("ada@example.com\n+46 70 123 45 67\nAda", "en",
         {"name": "Ada", "mail": "ada@example.com", "phone": "+46701234567"}),
        ("Name: Ada, Countess of L.; E-mail: ada@example.com", "en",
         {"name": "Ada, Countess of L", "mail": "ada@example.com"}),
        ("Hei, jeg heter Åse og e-posten er ase@example.com", "nb", {"mail": "ase@example.com"}),
        ("Jeg heter Åse Ås, ase@example.com", "nb",
         {"name": "Åse Ås", "mail": "ase@example.com"}),
        ("Jag heter Åsa, min e-post är asa@example.com", "sv",
         {"name": "Åsa", "mail": "asa@example.com"}),
        ("Мене звати Леся, пошта lesia@example.com", "uk",
         {"name": "Леся", "mail": "lesia@example.com"}),
        ("Меня зовут Оля, моя почта olia@example.com", "ru", {"mail": "olia@example.com"}),
        ("Ada", "en", {"name": "Ada"}),
        ("ada@example.com", "en", {"mail": "ada@example.com"}),
    ],
)  # fmt: skip
def test_a_sentence_fills_what_it_holds(text, language, filled):
    found = heard(text, language=language)
    assert {name: found[name] for name in filled} == filled
    assert found.get("name", filled.get("name", "")) in (filled.get("name", ""), "Оля", "Åse")


@pytest.mark.parametrize(
    "text",
    ["hello", "ok", "no thanks",
     "I need help with my roof", "what does it cost?", "ada@example", "12", "",
     "a@example.com or b@example.com", "Ada, Grace", "I want that", "x " * 30_000,
     "a@b.no," * 9_000],
)  # fmt: skip
def test_what_could_be_anything_fills_nothing(text):
    begun = time.process_time()
    assert heard(text) == {}
    assert time.process_time() - begun < 0.5


def test_days_times_numbers_and_options_find_their_fields():
    found = heard(
        "Ada, ada@example.com, example.com, tomorrow at 17:30, 4 people, large", EVERYTHING
    )
    assert found == {
        "name": "Ada",
        "mail": "ada@example.com",
        "site": "https://example.com",
        "day": "2026-11-21",
        "at": "17:30",
        "seats": 4,
        "size": "L",
    }
    assert "seats" not in heard("Ada, Main street 5", EVERYTHING)


def test_two_fields_of_a_kind_are_told_apart_by_name_or_not_at_all():
    two = AskForm(
        text="Q",
        variable="who",
        fields=[field("mine", "email", "Your e-mail"), field("theirs", "email", "Their e-mail")],
    )
    assert heard("ada@example.com", two) == {}
    assert heard("their e-mail: b@example.com, your e-mail: a@example.com", two) == {
        "mine": "a@example.com",
        "theirs": "b@example.com",
    }


def test_a_later_sentence_corrects():
    before = {"name": "Ada", "mail": "adda@example.com"}
    node_ = AskForm(text="Q", variable="who", fields=[NAME, MAIL, {**PHONE, "required": True}])
    outcome = node_.resume(context(attempt=1, who=before), UserSaid("oh, it is ada@example.com"))
    assert outcome.set["who"]["mail"] == "ada@example.com"


# --- One after the other ------------------------------------------------------------------


def bot(*fields, **config):
    return release(
        flow(
            "main",
            node("form", "ask.form", text="Who are you?", variable="who", fields=fields, **config),
            node("thanks", "message", text="Thanks, {{ name }}: {{ mail }}."),
            node("never", "message", text="Another time."),
            "form > thanks",
            "form.invalid > never",
            "form.no_reply > never",
            "form.cancelled > never",
        ),
        variables=[{"name": name} for name in ("who", "name", "mail", "phone", "seats")],
    )


def test_what_lacks_is_asked_one_after_the_other():
    talk = Talk(bot(NAME, MAIL, PHONE, field("seats", "number", "Seats")))
    assert talk.say("hello") == ["Please fill in: Name"]
    assert talk.say("Ada of the long name that nobody would take for one") == [
        "Please fill in: E-mail"
    ]
    assert talk.say("what for?") == [
        "E-mail: That doesn't look like an e-mail address. Please write it like name@example.com"
    ]
    assert talk.say("ada@example.com") == ["Please fill in: Seats"]
    name = "Ada of the long name that nobody would take for one"
    assert talk.say("we are 4, and no, it is grace@example.com") == [
        f"Thanks, {name}: grace@example.com."
    ]
    whole = {"name": name, "mail": "grace@example.com", "seats": 4}
    assert talk.vars == {"who": whole, "phone": None, **whole}


def test_each_field_has_its_own_attempts():
    talk = Talk(bot(NAME, MAIL, max_attempts=2))
    talk.say("hello")
    assert talk.say("Ada") == ["Please fill in: E-mail"]
    assert talk.say("no")[0].startswith("E-mail: That doesn't look")
    assert talk.say("no") == ["Another time."]
    assert talk.vars["who"] == {"name": "Ada"}


def test_own_retry_texts_are_said_where_nothing_was_understood():
    talk = Talk(bot(NAME, MAIL, retry_texts=["Sorry?", "Please fill in the form."]))
    assert talk.say("what does it cost?") == ["Sorry?"]
    talk = Talk(bot(NAME, MAIL, retry_texts=["Sorry?"]))
    assert talk.say("Ada") == ["Please fill in: E-mail"]


def test_silence_and_cancelling():
    talk = Talk(bot(NAME, MAIL, timeout="PT1H"))
    talk.say("Ada")
    assert talk.wait(hours=1) == ["Another time."]
    assert CONTACT.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
    talk = Talk(bot(NAME, MAIL))
    assert "Another time." in talk.say("cancel")


def test_a_digression_comes_back_to_what_lacks():
    assert CONTACT.ask_again(context()) == (Message("Who are you?"),)
    assert CONTACT.ask_again(context(who={"name": "Ada"})) == (Message("Please fill in: E-mail"),)


def test_only_what_surely_belongs_to_the_form_is_claimed():
    assert CONTACT.claims(context(), UserSaid("{}", value={"name": "Ada"})) is True
    assert CONTACT.claims(context(), UserSaid("I'm Ada, ada@example.com")) is True
    assert CONTACT.claims(context(), UserSaid("prices")) is False
    assert CONTACT.claims(context(who={"name": "Ada"}), UserSaid("cancel")) is False


def test_what_is_known_is_not_asked_again():
    node_ = CONTACT.model_copy(update={"skip_if_known": True})
    whole = {"name": "Ada", "mail": "a@b.no"}
    assert node_.run(context(**whole)) == Next(set={"who": whole})
    outcome = node_.run(context(name="Ada", mail="wrong"))
    assert isinstance(outcome, Wait)
    assert outcome.set == {"who": {"name": "Ada"}}


def test_a_form_of_which_nothing_must_be_filled_in():
    node_ = AskForm(text="Q", variable="who", fields=[{**NAME, "required": False}, PHONE])
    assert sent({}, node_) == Next(set={"who": {}, "name": None, "phone": None})
    assert isinstance(heard("what?", node_), dict)
    done = node_.resume(context(attempt=1), UserSaid("406 12 345"))
    assert done == Next(set={"who": {"phone": "+4740612345"}, "name": None, "phone": "+4740612345"})


def test_stored_values_and_names_in_another_language():
    node_ = AskForm(
        text="Q", variable="who", fields=[NAME, field("size", "choice", "Size", options=SIZES)]
    ).with_texts({"fields.0.label": "Navn", "fields.1.options.s.label": "Liten"})
    ctx = context(attempt=1, language="nb")
    outcome = node_.resume(ctx, UserSaid("Navn: Ada\nSize: liten"))
    assert outcome == Next(
        set={"who": {"name": "Ada", "size": "Small"}, "name": "Ada", "size": "Small"}
    )
    assert node_.resume(ctx, UserSaid("liten")).say == (Message("Fyll inn: Navn"),)


def test_ports():
    assert [port.id for port in CONTACT.ports()] == ["next", "invalid", "no_reply", "cancelled"]


@pytest.mark.parametrize(
    ("fields", "where", "kind"),
    [
        ([], ("fields",), "too_short"),
        ([NAME, {**MAIL, "variable": "name"}], ("fields", 1, "variable"), "repeated_variable"),
        ([NAME, {**MAIL, "variable": "who"}], ("fields", 1, "variable"), "repeated_variable"),
        ([NAME, field("size", "choice", "Size")], ("fields", 1), "no_options"),
        ([NAME, field("x", "colour", "Colour")], ("fields", 1, "type"), "literal_error"),
        ([NAME, field("two words", "text", "Text")], ("fields", 1, "variable"), "variable"),
    ],
)
def test_wrong_configurations(fields, where, kind):
    with pytest.raises(ValidationError) as caught:
        AskForm(text="Q", variable="who", fields=fields)
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(where, kind)]
