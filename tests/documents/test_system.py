from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from runtime.core.document import KeywordTrigger, parse
from runtime.core.document.system import with_system_flows
from runtime.core.phrases import plain
from runtime.core.problems import problems
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


STOCK = with_system_flows(parse(asking())).flows[1:]


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
            "person",
            "language",
            "silence",
            "not_understood",
        )
    }
    paths = {path for language in shipped.languages.values() for path in language}
    assert all(set(shipped.languages[language]) == paths for language in LANGUAGES)
    assert all(
        text.strip() for language in shipped.languages.values() for text in language.values()
    )


def test_its_steps_are_named_and_do_not_lie_on_each_other() -> None:
    for shipped in STOCK:
        assert shipped.name
        places = [(n.position.x, n.position.y) for n in shipped.nodes if n.position]
        assert len(places) == len(shipped.nodes)
        assert all(n.title for n in shipped.nodes)
        for (x, y), (other_x, other_y) in combinations(places, 2):
            assert abs(x - other_x) >= 300 or abs(y - other_y) >= 200, shipped.id


def test_nothing_is_wrong_with_the_shipped_flows() -> None:
    """As an author sees them who has copied them all into a bot."""
    complete = with_system_flows(parse(asking(languages={code: {} for code in LANGUAGES})))
    found = [p for p in problems(complete) if p.flow and p.flow.startswith("system.")]
    assert [(p.path, p.message) for p in found] == []


def test_each_phrase_starts_one_flow_in_every_language() -> None:
    shipped = with_system_flows(parse(asking(languages={code: {} for code in LANGUAGES})))
    release = Release(shipped)
    words = {
        (word, flow_.id)
        for flow_ in shipped.flows
        for index, trigger in enumerate(flow_.triggers)
        if isinstance(trigger, KeywordTrigger)
        for word in (
            *trigger.words,
            *(
                text
                for texts in shipped.languages.values()
                for path, text in texts.items()
                if path.startswith(f"flows.{flow_.id}.triggers.{index}.")
            ),
        )
    }
    assert len(words) > 150
    for word, id_ in words:
        assert release.triggered_by(plain(word)) == [id_], word
        assert release.language_named(plain(word)) is None


@pytest.mark.parametrize("id_", [flow_.id for flow_ in STOCK if flow_.triggers])
def test_a_phrase_is_switched_off_by_a_flow_that_is(id_: str) -> None:
    """The words are an answer then, to a question that takes any."""
    shipped = next(flow_ for flow_ in STOCK if flow_.id == id_)
    word = shipped.triggers[0].words[0]  # pyright: ignore
    data = asking()
    data["flows"].append(shipped.model_dump(mode="json"))
    for enabled in (True, False):
        data["flows"][-1]["enabled"] = enabled
        simulator = talk(data)
        simulator.say(word)
        assert simulator.variables.get("first") == (None if enabled else word)


def test_an_older_set_of_flows_gets_only_those_it_lacks() -> None:
    older = [
        flow_.model_dump(mode="json")
        for flow_ in STOCK
        if flow_.id not in ("system.person", "system.language")
    ]
    silence = next(flow_ for flow_ in older if flow_["id"] == "system.silence")
    silence["nodes"][1]["config"]["text"] = "Hello?"
    data = asking(languages={"nb": {}})
    data["flows"] += older
    complete = with_system_flows(parse(data))
    assert [flow_.id for flow_ in complete.flows[-2:]] == ["system.person", "system.language"]
    assert len(complete.flows) == 1 + len(STOCK)
    nb = complete.languages["nb"]
    assert {path.split(".")[2] for path in nb} == {"person", "language"}
    simulator = talk(data)
    assert texts(simulator.wait(timedelta(minutes=5)))[0] == "Hello?"
    simulator.say("human please")
    assert simulator.status == "human"


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
