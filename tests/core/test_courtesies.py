from __future__ import annotations

import pytest

from runtime.core.document import parse
from runtime.core.phrases import plain
from runtime.core.release import Release
from tests.documents.documents import document, flow, node

LANGUAGES = {code: {} for code in ("nb", "sv", "uk", "ru")}
ASKED = {
    "person": (
        "Can I talk to a person?",
        "I want to speak to someone, please",
        "human please!",
        "I need a human",
        "Get me an agent now",
        "Kan jeg få snakke med noen?",
        "jeg vil snakke med et menneske takk",
        "Jeg trenger en kundebehandler",
        "Kan jag få prata med någon?",
        "jag vill prata med en människa, tack",
        "Чи можу я поговорити з людиною?",
        "хочу поговорити з оператором",
        "З’єднайте з оператором, будь ласка",
        "Можно поговорить с человеком?",
        "Позовите оператора, пожалуйста",
        "мне нужен живой человек",
    ),
    "back": ("Can I go back, please?", "back please", "kan jag gå tillbaka?", "gå tilbake takk"),
    "repeat": ("could you say that again?", "kan du si det igjen", "повторите, пожалуйста"),
    "restart": ("I want to start over", "jeg vil begynne på nytt nå", "давайте начать сначала"),
    "correct": ("I want to change my answer", "jag vill ändra mitt svar tack"),
    "cancel": ("stop please", "avbryt takk", "стоп, будь ласка"),
}
MEANT_OTHERWISE = (
    "I want to cancel",  # what one has come for
    "I want to cancel my order",
    "can I bring a human",
    "a table for a person",
    "en person",
    "I work as an agent",
    "jeg vil tilbake til Oslo",
    "можно столик на одного человека",
    "please",
    "takk",
    "I want",
    "how can I go back to the shop from the station",
)


@pytest.fixture(scope="module")
def release() -> Release:
    only = flow("main", node("ask", "ask.text", text="Yes?", variable="said"))
    return Release(parse(document(only, languages=LANGUAGES)))


@pytest.mark.parametrize(("asked", "said"), [(k, s) for k, all_ in ASKED.items() for s in all_])
def test_a_request_is_understood_with_its_courtesies(
    release: Release, asked: str, said: str
) -> None:
    assert release.triggered_by(plain(said)) == [f"system.{asked}"]


@pytest.mark.parametrize("said", MEANT_OTHERWISE)
def test_an_everyday_sentence_asks_for_nothing(release: Release, said: str) -> None:
    assert release.triggered_by(plain(said)) == []
