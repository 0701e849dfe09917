"""Which sentences ask for a language, and which only speak of one."""

from __future__ import annotations

import pytest

from runtime.core import language_table
from runtime.core.language_names import LanguageNames, Wish, own_name
from runtime.core.phrases import LANGUAGES, plain

ALL = LanguageNames(LANGUAGES)

ASKING: dict[str, dict[str, str]] = {
    "en": {
        "English": "en",
        "English please!": "en",
        "in English": "en",
        "In Norwegian, please": "nb",
        "Switch to Swedish": "sv",
        "please switch to Ukrainian": "uk",
        "Change language to Russian": "ru",
        "Can you speak Norwegian?": "nb",
        "Could we do this in Swedish?": "sv",
        "do you speak Ukrainian?": "uk",
        "I only speak Russian": "ru",
        "Can I write in Norwegian Bokmål": "nb",
        "I would like to continue in Swedish please": "sv",
        "let's talk in English instead": "en",
        "Norsk please": "nb",
    },
    "nb": {
        "Norsk": "nb",
        "på norsk": "nb",
        "Norsk, takk": "nb",
        "på engelsk takk": "en",
        "Kan vi snakke svensk?": "sv",
        "Kan du skrive på ukrainsk, er du snill?": "uk",
        "Bytt til engelsk": "en",
        "bytt språk til russisk": "ru",
        "Jeg snakker bare engelsk": "en",
        "snakker dere svensk?": "sv",
        "Jeg vil gjerne snakke norsk": "nb",
        "helst på norsk": "nb",
        "På engelsk i stedet": "en",
        "bokmål": "nb",
    },
    "sv": {
        "Svenska": "sv",
        "på svenska": "sv",
        "Svenska, tack!": "sv",
        "på engelska tack": "en",
        "Kan vi prata norska?": "nb",
        "Kan du skriva på ukrainska?": "uk",
        "Byt till engelska": "en",
        "byt språk till ryska": "ru",
        "Jag talar bara engelska": "en",
        "pratar ni norska?": "nb",
        "Jag vill gärna prata svenska": "sv",
        "helst på svenska": "sv",
        "På engelska i stället": "en",
    },
    "uk": {
        "Українська": "uk",
        "українською": "uk",
        "Українською, будь ласка": "uk",
        "Можна українською?": "uk",
        "говоріть українською мовою": "uk",
        "Можете писати англійською?": "en",
        "по-українськи": "uk",
        "на англійську": "en",
        "Перейдіть на українську, будь ласка": "uk",
        "змінити мову на норвезьку": "nb",
        "Ви розмовляєте шведською?": "sv",
        "Я розмовляю лише російською": "ru",
        "Давайте українською": "uk",
        "краще англійською": "en",
    },
    "ru": {
        "Русский": "ru",
        "по-русски": "ru",
        "По-русски, пожалуйста!": "ru",
        "на русском языке, пожалуйста": "ru",
        "Можно по-английски?": "en",
        "говорите по-русски": "ru",
        "Вы говорите по-норвежски?": "nb",
        "Перейдите на русский, пожалуйста": "ru",
        "сменить язык на шведский": "sv",
        "Я говорю только по-украински": "uk",
        "Давайте на русском": "ru",
        "Можете писать на английском?": "en",
        "лучше по-русски": "ru",
    },
}
SPEAKING_OF: dict[str, tuple[str, ...]] = {
    "en": (
        "I need an English translator",
        "my norwegian friend",
        "The Swedish embassy, please",
        "English breakfast",
        "Do you have a book in Russian about cooking?",
        "She speaks English and Norwegian",
        "in English or in Swedish",
        "I teach English",
        "a Norwegian passport",
        "What is the English word for it?",
        "I speak English",
        "Old English",
    ),
    "nb": (
        "Jeg trenger en engelsk oversetter",
        "min svenske venn",
        "en norsk bok",
        "Jeg er norsk statsborger",
        "Norskkurs på nett",
        "Jeg underviser i engelsk",
        "Kona mi snakker russisk",
        "norsk og svensk",
        "på norsk side av grensen",
        "Vi er et norsk firma",
    ),
    "sv": (
        "Jag behöver en engelsk översättare",
        "min norska vän",
        "en svensk bok",
        "Jag undervisar i engelska",
        "Svenska för invandrare",
        "min fru talar ryska",
        "svenska och norska",
        "svenska ambassaden",
        "Vi är ett svenskt företag",
    ),
    "uk": (
        "Мені потрібен перекладач з англійської",
        "моя українська подруга",
        "українська кухня",
        "Я вивчаю англійську",
        "Вчителька української мови",
        "Книжка українською про космос",
        "Мій чоловік розмовляє шведською",
        "норвезька та шведська",
        "російська книжка",
    ),
    "ru": (
        "Мне нужен переводчик с английского",
        "мой русский друг",
        "русская кухня",
        "Я изучаю английский",
        "Учитель русского языка",
        "Книга на русском о космосе",
        "Мой муж говорит по-шведски",
        "норвежский и шведский",
        "английский завтрак",
    ),
}


@pytest.mark.parametrize("speaker", LANGUAGES)
def test_the_tables_are_long_enough(speaker: str) -> None:
    assert len(ASKING[speaker]) >= 12
    assert set(ASKING[speaker].values()) == set(LANGUAGES)
    assert len(SPEAKING_OF[speaker]) >= 8


@pytest.mark.parametrize(
    ("sentence", "code"), [pair for table in ASKING.values() for pair in table.items()]
)
def test_sentences_that_ask_for_a_language(sentence: str, code: str) -> None:
    wish = ALL.asked_for(plain(sentence))
    assert wish
    assert (wish.code, wish.spoken) == (code, True)


@pytest.mark.parametrize("sentence", [s for table in SPEAKING_OF.values() for s in table])
def test_sentences_that_only_speak_of_one(sentence: str) -> None:
    assert ALL.asked_for(plain(sentence)) is None


@pytest.mark.parametrize(
    ("spoken", "sentence", "wish"),
    [
        (("en",), "in German please", Wish("de", spoken=False, bare=False)),
        (("en",), "на польском", Wish("pl", spoken=False, bare=False)),
        (("en",), "German", Wish("de", spoken=False, bare=True)),
        (("en",), "Thai, please", Wish("th", spoken=False, bare=True)),
        (("en", "de"), "German", Wish("de", spoken=True, bare=True)),
        (("en", "de"), "Deutsch, please", Wish("de", spoken=True, bare=True)),
        (("en",), "Deutsch", None),
        (("en", "no"), "på norsk", Wish("no", spoken=True, bare=False)),
        (("en-GB", "nb-NO"), "Norsk takk", Wish("nb-NO", spoken=True, bare=False)),
        (("en-GB", "nb-NO"), "English", Wish("en-GB", spoken=True, bare=True)),
        (("nb", "nn"), "nynorsk", Wish("nn", spoken=True, bare=True)),
        (("nn", "nb"), "bokmål", Wish("nb", spoken=True, bare=True)),
        (("en", "nb"), "nynorsk", Wish("nb", spoken=True, bare=True)),  # the Norwegian there is
        (("en", "pt-BR", "pt"), "Portuguese", Wish("pt-BR", spoken=True, bare=True)),
        (("en", "xx"), "xx", None),
        (("nb",), "English please", Wish("en", spoken=False, bare=False)),
        (("nb",), "English", Wish("en", spoken=False, bare=True)),
        (("en",), "українською", Wish("uk", spoken=False, bare=False)),
        (("en",), "по-русски", Wish("ru", spoken=False, bare=False)),
        (("en",), "українська", Wish("uk", spoken=False, bare=True)),
    ],
)
def test_what_a_bot_makes_of_it(spoken: tuple[str, ...], sentence: str, wish: Wish | None) -> None:
    assert LanguageNames(spoken).asked_for(plain(sentence)) == wish


def test_languages_are_shown_by_their_own_names() -> None:
    assert [own_name(code) for code in LANGUAGES] == [
        "English", "Norsk", "Svenska", "Українська", "Русский",
    ]  # fmt: skip
    assert [own_name(code) for code in ("no", "nn", "de", "pt-BR", "xx-Yy", "xyz")] == [
        "Norsk", "Norsk nynorsk", "Deutsch", "Português (Brasil)", "Xx-Yy", "Xyz",
    ]  # fmt: skip


def test_the_table_of_names_is_what_unicodes_tables_say() -> None:
    assert language_table.FILE.read_text("utf-8") == language_table.as_text(), "run `make docs`"
