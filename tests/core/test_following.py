"""The conversation goes on in the language the visitor writes in."""

from __future__ import annotations

import pytest

from runtime.core.contract import HandedBack, TakenOver
from tests.core.talk import Talk, flow, node, release

P = "flows.main.nodes."
NB = {
    f"{P}hello.config.text": "Hei!",
    f"{P}what.config.text": "Hva gjelder det?",
    f"{P}need.config.text": "Hva vil du ha?",
    f"{P}need.config.options.demo.label": "Demonstrasjon",
    f"{P}need.config.options.demo.synonyms.0": "vis meg",
    f"{P}need.config.options.price.label": "Hva det koster",
    f"{P}need.config.options.code.label": "Kode {{ what }}",
    f"{P}need.config.retry_texts.0": "En av disse, takk.",
    f"{P}day.config.text": "Når?",
    f"{P}done.config.text": "{{ need }} den {{ date(day) }}",
    "flows.language.triggers.0.words.0": "norsk takk",
}
OPTIONS = [
    {"id": "demo", "label": "Demonstration", "synonyms": ["show me"]},
    {"id": "price", "label": "What it is about", "value": "price"},
    {"id": "code", "label": "Code {{ what }}", "value": "code"},
]


def bot(**languages):
    main = flow(
        "main",
        node("hello", "message", text="Hello!"),
        node("what", "ask.text", text="What is it about?", variable="what"),
        node("need", "ask.choice", text="What would you like?", variable="need", options=OPTIONS,
             retry_texts=["One of these, please."]),
        node("day", "ask.date", text="Which day?", variable="day", days="tomorrow"),
        node("done", "message", text="{{ need }} on {{ date(day) }}"),
        "hello > what", "what > need", "need > day", "day > done",
    )  # fmt: skip
    language = flow(
        "language",
        node("set", "set", assign=[{"variable": "language", "value": "en"}]),
        node("act", "repair", action="language", variable="language"),
        "set > act",
        triggers=[{"kind": "keyword", "words": ["English please"]}],
    )
    variables = [{"name": name} for name in ("what", "need", "day", "language")]
    return release(main, language, languages=languages or {"nb": NB}, variables=variables)


def labels(talk):
    return [option.label for option in talk.last.input.options]


def test_it_goes_on_in_the_visitors_language_from_the_very_turn():
    talk = Talk(bot())
    assert talk.say("jeg lurer på hva dere har") == ["Hva vil du ha?"]
    assert talk.vars["what"] == "jeg lurer på hva dere har"
    assert labels(talk) == ["Demonstrasjon", "Hva det koster", "Kode jeg lurer på hva dere har"]
    assert talk.say("hm") == ["En av disse, takk."]
    assert talk.say("vis meg") == ["Når?"]
    assert talk.say("i går") == ["Den tidligste mulige dagen er 21. november 2026."]
    assert talk.say("24. desember") == ["Demonstration den 24. desember 2026"]
    assert talk.vars["need"] == "Demonstration"


def test_the_first_words_of_a_conversation_tell_too():
    talk = Talk(bot(), start=False)
    assert talk.say("hei, har dere åpent på lørdag") == ["Hei!", "Hva gjelder det?"]


def test_a_guess_gives_way_to_the_next_one():
    talk = Talk(bot(), locale="nb")
    assert talk.say("I would like to know what you have") == ["What would you like?"]
    assert talk.say("jeg skjønner ikke, hva mener dere") == ["En av disse, takk."]
    assert talk.session.language == "nb"


def test_a_language_that_was_chosen_is_kept_until_another_is_chosen():
    talk = Talk(bot(), locale="nb")
    assert talk.say("English please") == ["What is it about?"]
    assert talk.say("jeg lurer på hva dere har") == ["What would you like?"]
    assert talk.session.language == "en"


@pytest.mark.parametrize(
    "text", ["What it is about", "demonstration", "Kari Nordmann, Storgata 5", "ok", "1"]
)
def test_what_buttons_say_and_single_words_change_nothing(text):
    talk = Talk(bot(), locale="nb")
    talk.say("ja")
    talk.say(text)
    assert talk.session.language is None


def test_what_a_control_sent_changes_nothing():
    talk = Talk(bot(), locale="nb")
    talk.say("do you have what I want", value="do you have what I want")
    assert talk.session.language is None


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Demonstrasjon", "Demonstration"),
        ("vis meg", "Demonstration"),
        ("demonstrasjonen", "Demonstration"),
        ("hva det koster", "price"),
    ],
)
def test_a_button_is_understood_by_its_name_in_another_language(said, stored):
    talk = Talk(bot())
    talk.say("x")
    assert talk.say(said) == ["Which day?"]
    assert talk.vars["need"] == stored


@pytest.mark.parametrize("said", ["Demonstration", "show me"])
def test_and_by_its_own_name_in_a_translation(said):
    talk = Talk(bot(), locale="nb")
    talk.say("x")
    assert talk.say(said) == ["Når?"]
    assert talk.vars["need"] == "Demonstration"


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "ta den"), ("nb", "take it"), ("nb", "Ta den")]
)
def test_so_is_a_button_of_a_card(locale, said):
    buttons = [{"id": "take", "label": "Take it"}, {"id": "leave", "label": "Leave it"}]
    main = flow(
        "main",
        node("c", "cards", cards=[{"id": "one", "title": "One", "buttons": buttons}], variable="a"),
        node("done", "message", text="{{ a }}"),
        "c.take > done",
    )
    texts = {f"{P}c.config.cards.one.buttons.take.label": "Ta den"}
    talk = Talk(release(main, languages={"nb": texts}), locale=locale)
    assert talk.say(said) == ["Take it"]


def test_another_languages_name_never_beats_one_of_the_language_spoken():
    swapped = NB | {
        f"{P}need.config.options.demo.label": "What it is about",
        f"{P}need.config.options.price.label": "show me",
    }
    talk = Talk(bot(nb=swapped))
    talk.say("x")
    talk.say("what it is about")
    assert talk.vars["need"] == "price"
    again = Talk(bot(nb=swapped))
    again.say("x")
    again.say("show me")
    assert again.vars["need"] == "Demonstration"


def test_it_follows_while_a_person_speaks():
    talk = Talk(bot())
    talk.send(TakenOver("kari"))
    assert talk.say("hei, kan jeg få snakke med noen") == []
    assert talk.send(HandedBack()) == ["Hva gjelder det?"]


def test_a_bot_with_one_language_keeps_it():
    main = flow("main", node("a", "ask.text", text="What?", variable="a"), variables=[])
    talk = Talk(release({k: v for k, v in main.items() if k != "variables"}))
    talk.say("hei, har dere åpent på lørdag")
    assert talk.session.language is None


def test_a_restart_keeps_the_language():
    talk = Talk(bot())
    talk.say("jeg lurer på hva dere har")
    assert talk.say("start på nytt")[-1] == "Hva gjelder det?"
