"""Changing the language: by naming it, by choosing it, and when there is no other."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.core import language_names
from runtime.core import session as sessions
from runtime.core.contract import UserSaid
from runtime.core.document import parse
from runtime.core.release import Release
from runtime.simulator import Simulator, run_test
from tests.documents.documents import document, flow, node

QUESTION = {
    "en": "Your name?",
    "nb": "Hva heter du?",
    "sv": "Vad heter du?",
    "uk": "Як вас звати?",
    "ru": "Как вас зовут?",
}
WHICH = {
    "en": "Which language would you like to use?",
    "nb": "Hvilket språk vil du bruke?",
    "sv": "Vilket språk vill du använda?",
    "uk": "Якою мовою продовжимо?",
    "ru": "На каком языке продолжим?",
}
PHRASE = {"en": "Change language", "nb": "Bytt språk", "sv": "Byt språk!", "uk": "мова",
          "ru": "Сменить язык"}  # fmt: skip
ONLY = {
    "en": "I'm afraid I only speak English.",
    "nb": "Beklager, jeg snakker bare norsk.",
    "sv": "Tyvärr talar jag bara svenska.",
    "uk": "На жаль, тут доступна лише одна мова: українська.",
    "ru": "К сожалению, здесь доступен только один язык: русский.",
}


def asking(language: str = "en", others: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    name = node("name", "ask.text", text=QUESTION[language], variable="name")
    done = node("done", "message", text="{{ name }}")
    place = "flows.main.nodes.name.config.text"
    texts = {code: {place: QUESTION[code]} for code in others}
    more.setdefault("flows", [])
    flows = [flow("main", name, done, "name > done"), *more.pop("flows")]
    return document(*flows, language=language, languages=texts, **more)


def all_five(**more: Any) -> dict[str, Any]:
    return asking("en", ("nb", "sv", "uk", "ru"), **more)


def talk(data: dict[str, Any], locale: str | None = None) -> Simulator:
    simulator = Simulator(Release(parse(data)), locale=locale)
    simulator.start()
    return simulator


def said(simulator: Simulator, *lines: str) -> list[str]:
    answers = [simulator.say(line) for line in lines]
    return [message.text for message in answers[-1]]


@pytest.mark.parametrize(
    ("locale", "sentence", "language"),
    [
        ("en", "På norsk, takk", "nb"),
        ("en", "switch to Swedish", "sv"),
        ("nb", "English please", "en"),
        ("ru", "Українською", "uk"),
        ("sv", "по-русски", "ru"),
        ("uk", "English", "en"),
    ],
)
def test_a_language_that_is_named_is_spoken_at_once(
    locale: str, sentence: str, language: str
) -> None:
    simulator = talk(all_five(), locale)
    assert said(simulator, sentence) == [QUESTION[language]]
    assert simulator.session.language == language
    assert simulator.session.vars == {}
    assert said(simulator, "repeat") == [QUESTION[language]]


@pytest.mark.parametrize(("language", "sentence"), PHRASE.items())
def test_the_languages_are_offered_by_their_own_names(language: str, sentence: str) -> None:
    simulator = talk(all_five(), language)
    assert said(simulator, sentence) == [WHICH[language]]
    assert simulator.input
    shown = [(option.id, option.label) for option in simulator.input.options]
    assert shown == [
        ("en", "English"), ("nb", "Norsk"), ("sv", "Svenska"), ("uk", "Українська"),
        ("ru", "Русский"),
    ]  # fmt: skip
    assert [m.text for m in simulator.choose("uk")] == [QUESTION["uk"]]
    assert (simulator.session.vars, simulator.session.answers) == ({}, ())
    assert "Svenska" not in sessions.dump(simulator.session).decode()


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        ("svenska", "sv"),
        ("Swedish", "sv"),
        ("ukrainsk", "uk"),
        ("по-русски, пожалуйста", "ru"),
        ("English", "en"),
        ("engelska", "en"),
        ("the second", "nb"),
        ("klingon", None),
        ("in German please", None),
    ],
)
def test_a_language_may_be_chosen_in_words(reply: str, language: str | None) -> None:
    simulator = talk(all_five())
    expected = QUESTION[language] if language else "Please choose one of the options."
    assert said(simulator, "language", reply) == [expected]
    if language is None:
        assert said(simulator, reply) == [QUESTION["en"]]  # it stays as it was


def test_a_language_it_does_not_have_is_answered_with_those_it_has() -> None:
    simulator = talk(all_five())
    assert said(simulator, "in German please") == [WHICH["en"]]
    assert [m.text for m in simulator.choose("Norsk")] == [QUESTION["nb"]]


@pytest.mark.parametrize(("language", "words"), ONLY.items())
@pytest.mark.parametrize("wish", ["phrase", "name"])
def test_a_bot_with_one_language_says_which(language: str, words: str, wish: str) -> None:
    simulator = talk(asking(language))
    other = "English please" if language != "en" else "på norsk"
    asked = PHRASE[language] if wish == "phrase" else other
    assert said(simulator, asked) == [words, QUESTION[language]]
    assert said(simulator, "Ada") == ["Ada"]


def test_the_language_spoken_already_is_an_answer() -> None:
    simulator = talk(all_five())
    assert said(simulator, "English") == ["English"]
    assert simulator.session.vars == {"name": "English"}


def test_the_name_of_a_language_it_does_not_have_is_an_answer_where_it_can_be() -> None:
    for name in ("Norsk", "German", "Thai, please"):
        assert said(talk(asking()), name) == [name]
    count = node("count", "ask.number", text="How many?", variable="count")
    simulator = talk(document(flow("main", count)))
    assert said(simulator, "Norsk") == [ONLY["en"], "How many?"]
    nobody = Simulator(Release(parse(asking())))
    assert said(nobody, "German") == [QUESTION["en"]]


def test_options_and_the_bots_own_words_go_first() -> None:
    subjects = [{"id": "no", "label": "Norsk"}, {"id": "en", "label": "Engelsk"}]
    lesson = node("lesson", "ask.choice", text="Fag?", variable="lesson", options=subjects)
    data = document(flow("main", lesson), language="en", languages={"nb": {}})
    simulator = talk(data)
    simulator.say("norsk")
    assert (simulator.session.vars, simulator.session.language) == ({"lesson": "Norsk"}, None)
    course = flow(
        "course",
        node("tell", "message", text="The course begins in May."),
        triggers=[{"kind": "keyword", "words": ["norsk"]}],
    )
    simulator = talk(all_five(flows=[course]))
    assert said(simulator, "på norsk") == ["The course begins in May.", QUESTION["en"]]


@pytest.mark.parametrize(
    "change", [{"enabled": False}, {"triggers": []}], ids=["switched off", "without words"]
)
def test_names_are_answers_where_the_flow_does_not_listen(change: dict[str, Any]) -> None:
    own = flow("system.language", node("tell", "message", text="No."), **change)
    simulator = talk(all_five(flows=[own]))
    assert said(simulator, "på norsk") == ["på norsk"]


def test_a_flow_of_the_same_id_hears_which_language_was_named() -> None:
    own = flow(
        "system.language",
        node("tell", "message", text="{{ repair.language }} of {{ len(repair.languages) }}"),
        triggers=[{"kind": "keyword", "words": ["tongue"]}],
    )
    simulator = talk(all_five(flows=[own]))
    assert said(simulator, "på norsk")[0] == "nb of 5"
    assert said(simulator, "in German please")[0] == " of 5"


def test_a_conversation_may_begin_with_a_language() -> None:
    simulator = Simulator(Release(parse(all_five())))
    assert said(simulator, "På norsk, takk") == [QUESTION["nb"]]
    assert said(simulator, "Ada") == ["Ada"]
    simulator = Simulator(Release(parse(all_five())))
    assert said(simulator, "language") == [WHICH["en"]]
    assert [m.text for m in simulator.choose("sv")] == [QUESTION["sv"]]


def test_it_can_be_changed_in_the_midst_of_another_repair() -> None:
    simulator = talk(all_five())
    assert said(simulator, "Ada", "hello")[-1] == QUESTION["en"]
    ask = node("count", "ask.number", text="How many?", variable="count", max_attempts=1)
    simulator = talk(document(flow("main", ask), languages={"nb": {}}))
    said(simulator, "some", "few")
    assert said(simulator, "på norsk")[0].startswith("Beklager, jeg forstår")
    assert said(simulator, "nei")[0].startswith("Greit")


def test_an_ordinary_turn_works_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a repair flow is told is worked out when one begins, and never before."""

    def refuse(code: str) -> str:
        raise AssertionError(code)

    release = Release(parse(all_five()))
    monkeypatch.setattr("runtime.core.release.own_name", refuse)
    monkeypatch.setattr("runtime.core.situation._answer", refuse)
    simulator = Simulator(release)
    simulator.start()
    assert said(simulator, "I need an English translator") == ["I need an English translator"]
    assert language_names.own_name("en") == "English"
    simulator = Simulator(release)
    simulator.start()
    with pytest.raises(AssertionError, match="en"):
        simulator.send(UserSaid("language"))


def test_as_the_talk_of_a_document() -> None:
    lines = [
        {"bot": QUESTION["nb"]}, {"user": "språk"}, {"bot": WHICH["nb"]}, {"wait": "P1D"},
        {"choose": "Svenska"}, {"bot": QUESTION["sv"]}, {"user": "in English"},
        {"bot": QUESTION["en"]}, {"user": "Ada"}, {"bot": "Ada"}, {"handed_off": False},
        {"node_reached": "system.language.switch"}, {"vars": {"name": "Ada"}},
        {"status": "ended"},
    ]  # fmt: skip
    bot = parse(all_five(tests=[{"name": "tongues", "language": "nb", "talk": lines}]))
    assert run_test(bot, bot.tests[0]).failures == ()
