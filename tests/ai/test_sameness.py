"""When two questions are one: pairs in five languages, with what vectors would overlook."""

from __future__ import annotations

import pytest

from connectors.ai.sameness import are_one, marks, read, says_nothing

# By their words alone: what is found without any vector.
ALIKE = [
    ("en", "What does delivery cost?", "what does delivery cost"),
    ("en", "Hi! What does the delivery cost, please?", "What does delivery cost?"),
    ("en", "Is it 4.50 €?", "is it 4.50 €"),
    ("en", "Don’t you deliver?", "Don't you deliver?"),
    ("nb", "Hei, hva koster frakten?", "Hva koster frakten"),
    ("nb", "Hvor lenge varer garantien? Takk!", "hvor lenge varer garantien"),
    ("sv", "Hej! Vad kostar frakten?", "vad kostar frakten?"),
    ("uk", "Привіт! Скільки коштує доставка?", "скільки коштує доставка"),
    ("ru", "Здравствуйте, сколько стоит доставка?", "Сколько стоит доставка?"),
    ("ru", "Ещё есть места?", "еще есть места"),
]

# One question for two vectors that are close enough.
ONE = [
    ("en", "How do I reset my passcode?", "How can I reset my passcode?"),
    ("en", "Are there any limits on top-ups?", "Is there a limit on top-ups?"),
    ("en", "Do you deliver to Oslo?", "do you deliver to oslo"),
    ("en", "Is it open on May 4?", "Is it still open on May 4?"),
    ("en", "Have you a room for two?", "Do you have a room for 2?"),
    ("nb", "Leverer dere til Bergen?", "Leverer dere også til Bergen?"),
    ("sv", "Har ni öppet på söndag?", "Har ni faktiskt öppet på söndag?"),
    ("uk", "Чи доставляєте ви у Львів?", "ви доставляєте у Львів?"),
    ("ru", "Вы доставляете в Казань?", "А вы доставляете в Казань?"),
]

# Never one question, however close their vectors are.
APART = [
    ("en", "Is it open on 4 May?", "Is it open on 5 May?"),
    ("en", "Is it open on 4 May?", "Is it open on 4 June?"),
    ("en", "Is it open on Monday?", "Is it open on Tuesday?"),
    ("en", "Are you open today?", "Are you open tomorrow?"),
    ("en", "Does the 1.5 kg one fit?", "Does the 15 kg one fit?"),
    ("en", "Is the X3 waterproof?", "Is the X5 waterproof?"),
    ("en", "A room for two", "A room for three"),
    ("en", "Can I pay by card?", "Can't I pay by card?"),
    ("en", "Is it with milk?", "Is it without milk?"),
    ("en", "Do you deliver to Oslo?", "Do you deliver to Bergen?"),
    ("en", "do you deliver to oslo?", "do you deliver to bergen?"),
    ("en", "Change USD to EUR", "Change EUR to USD"),
    ("en", "can i change usd to eur", "change eur to usd"),
    ("en", "When do you open?", "Where do you open?"),
    ("en", "When do you open?", "When do you close?"),
    ("en", "Can I cancel before noon?", "Can I cancel after noon?"),
    ("en", "What is my limit?", "What is your limit?"),
    ("en", "Must I verify my identity?", "Can I verify my identity?"),
    ("en", "Is it only for members?", "Is it for members?"),
    ("nb", "Er dere åpne 4. mai?", "Er dere åpne 5. mai?"),
    ("nb", "Er dere åpne mandag?", "Er dere åpne tirsdag?"),
    ("nb", "Kan jeg betale med kort?", "Kan jeg ikke betale med kort?"),
    ("nb", "Leverer dere til Bergen?", "Leverer dere til Tromsø?"),
    ("nb", "Bord til to", "Bord til tre"),
    ("sv", "Har ni öppet på måndag?", "Har ni öppet på fredag?"),
    ("sv", "Går det med kort?", "Går det inte med kort?"),
    ("sv", "Är den med mjölk?", "Är den utan mjölk?"),
    ("uk", "Чи відкрито 4 травня?", "Чи відкрито 5 травня?"),
    ("uk", "Чи можна платити карткою?", "Чи не можна платити карткою?"),
    ("uk", "Доставка до Львова", "Доставка до Одеси"),
    ("uk", "Столик на двох о 7", "Столик на двох о 8"),
    ("ru", "Открыто 4 мая?", "Открыто 4 июня?"),
    ("ru", "Можно платить картой?", "Нельзя платить картой?"),
    ("ru", "С молоком?", "Без молока?"),
    ("ru", "Доставляете сегодня?", "Доставляете завтра?"),
]


@pytest.mark.parametrize(("language", "one", "other"), ALIKE)
def test_courtesies_and_signs_change_no_question(language: str, one: str, other: str) -> None:
    assert read(one, language).words == read(other, language).words


@pytest.mark.parametrize(("language", "one", "other"), ONE)
def test_other_words_may_ask_the_same(language: str, one: str, other: str) -> None:
    assert are_one(read(one, language), read(other, language))
    assert are_one(read(other, language), read(one, language))


@pytest.mark.parametrize(("language", "one", "other"), APART)
def test_one_word_may_ask_for_something_else(language: str, one: str, other: str) -> None:
    here, there = read(one, language), read(other, language)
    assert here.words != there.words
    assert not are_one(here, there)
    assert not are_one(there, here)


def test_one_number_is_written_in_many_ways() -> None:
    assert read("Is it 1,299.00?", "en").exact == read("Is it 1299?", "en").exact == ("1299",)


def test_a_shouted_question_names_nobody() -> None:
    assert read("WHERE IS MY PARCEL", "en").names == ()
    assert read("Where is my Lumo parcel", "en").names == ("lumo",)


@pytest.mark.parametrize("text", ["Hi!", "hei", "Привіт", "Hello, thanks", "🙂"])
def test_a_greeting_says_nothing(text: str) -> None:
    assert says_nothing(text)


def test_a_name_or_a_number_is_a_mark() -> None:
    assert marks("Hi Anna, order 47-11 is on its way") == {"Hi", "Anna", "47-11"}
    assert not says_nothing("Hi Anna")
