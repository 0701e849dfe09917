from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from runtime.core.document import parse
from runtime.core.document.system import with_system_flows
from runtime.core.release import Release
from runtime.simulator import Simulator
from tests.documents.documents import document, flow, node

LANGUAGES = ("nb", "sv", "uk", "ru")
CANCEL = {
    "en": "leave it there",
    "nb": "lar vi det være",
    "sv": "låter vi det vara",
    "uk": "на цьому",
    "ru": "на этом",
}


def asking(**more: Any) -> dict[str, Any]:
    first = node("first", "ask.text", text="First?", variable="first", timeout="PT5M")
    second = node("second", "ask.number", text="Second?", variable="second", max_attempts=1)
    last = node("last", "message", text="{{ first }} {{ second }}")
    return document(flow("main", first, second, last, "first > second", "second > last"), **more)


def talk(data: dict[str, Any], locale: str | None = None) -> Simulator:
    simulator = Simulator(Release(parse(data)), locale=locale)
    simulator.start()
    return simulator


def texts(messages: Any) -> list[str]:
    return [message.text for message in messages]


def test_every_system_flow_speaks_all_languages() -> None:
    shipped = with_system_flows(parse(asking(languages={code: {} for code in LANGUAGES})))
    ids = {flow_.id for flow_ in shipped.flows}
    assert ids >= {
        f"system.{name}"
        for name in (
            "cancel",
            "back",
            "correct",
            "repeat",
            "skip",
            "restart",
            "silence",
            "not_understood",
        )
    }
    paths = {path for language in shipped.languages.values() for path in language}
    assert all(set(shipped.languages[language]) == paths for language in LANGUAGES)
    assert all(
        text.strip() for language in shipped.languages.values() for text in language.values()
    )


def test_a_flow_of_the_same_id_takes_the_place_of_the_shipped_one() -> None:
    own = flow("system.cancel", node("a", "repair", action="cancel"), name="Mine")
    data = asking()
    data["flows"].append(own)
    flows = [flow_ for flow_ in with_system_flows(parse(data)).flows if flow_.id == "system.cancel"]
    assert [flow_.name for flow_ in flows] == ["Mine"]


def test_a_complete_document_stays_as_it_is() -> None:
    complete = with_system_flows(parse(asking()))
    assert with_system_flows(complete) is complete
    assert parse(complete.model_dump(mode="json")) == complete


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_bot_written_in_another_language_is_mended_in_it(language: str) -> None:
    simulator = talk(asking(language=language))
    word = {"en": "Cancel.", "nb": "Avbryt", "sv": "avbryt!", "uk": "СКАСУВАТИ", "ru": "Отмена"}
    said = texts(simulator.say(word[language]))
    assert CANCEL[language] in said[0]
    assert simulator.status == "ended"


def test_visitors_are_mended_in_their_own_language() -> None:
    data = asking(languages={"nb": {"flows.main.nodes.first.config.text": "Først?"}})
    simulator = talk(data, locale="nb-NO")
    assert texts(simulator.say("gjenta")) == ["Først?"]
    assert CANCEL["nb"] in texts(simulator.say("avbryt"))[0]


def test_an_answer_that_holds_a_system_phrase_stays_an_answer() -> None:
    simulator = talk(asking())
    assert texts(simulator.say("I want my money back")) == ["Second?"]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("back", ["First?"]),
        ("That was wrong", ["First?"]),
        ("say that again", ["Second?"]),
        ("skip", ["hello "]),
        ("Start over!", ["Of course. Let's start again from the beginning.", "First?"]),
    ],
)
def test_what_a_visitor_may_say_instead_of_an_answer(phrase: str, said: list[str]) -> None:
    simulator = talk(asking())
    simulator.say("hello")
    assert texts(simulator.say(phrase)) == said


def test_silence_asks_once_more_and_then_says_goodbye() -> None:
    simulator = talk(asking())

    assert texts(simulator.wait(timedelta(minutes=5)))[1:] == ["First?"]
    assert "Write again" in texts(simulator.wait(timedelta(minutes=5)))[0]
    assert simulator.status == "ended"


def test_what_is_not_understood_twice_ends_kindly() -> None:
    simulator = talk(asking())
    simulator.say("hello")
    once = texts(simulator.say("many"))
    assert once == ["Sorry, I didn't quite get that. Let's try once more.", "Second?"]
    assert "I'll stop here" in texts(simulator.say("lots"))[0]
    assert simulator.status == "ended"


def test_the_bots_own_apology_is_used() -> None:
    settings = {"not_understood": "Pardon, {{ first }}?"}
    simulator = talk(asking(settings=settings))
    simulator.say("Ann")
    assert texts(simulator.say("many")) == ["Pardon, Ann?", "Second?"]


def test_the_apology_is_translated_with_the_bot() -> None:
    nb = {"settings.not_understood": "Beklager?"}
    data = asking(settings={"not_understood": "Pardon?"}, languages={"nb": nb})
    simulator = talk(data, locale="nb")
    simulator.say("Ann")
    assert texts(simulator.say("mange"))[0] == "Beklager?"
