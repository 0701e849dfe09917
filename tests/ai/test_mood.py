"""The mood by the words: anger, weariness and joy are told, plain questions are calm."""

from __future__ import annotations

import pytest

from connectors.ai.mood import mood

SAID = {
    "en": """
    calm | What does the drill cost?
    calm | Can I pay by card? Thanks
    calm | My chair is broken and the app does not work
    calm | When is garbage collected on Mondays?
    calm | Please send me the price list
    calm | Is it not bad for the skin?
    calm | Where can I complain about noise?
    calm | No problem, I can wait
    calm | How many times can I use the card?
    calm | What are the best sights?
    calm | I thought I had enough money
    upset | This is ridiculous, you are useless
    upset | WHERE IS MY PARCEL!!
    upset | I'm so angry, this is terrible service
    upset | Thanks for nothing
    upset | I am not happy, it doesn’t work
    upset | what a joke 😡
    upset | This is a waste of time
    upset | It does not work!! I am disappointed
    tired | I have already told you my number
    tired | Still waiting for an answer
    tired | This is the third time I write
    tired | How many times do I have to say it?
    tired | ugh, not again :(
    tired | I give up
    happy | Thank you!
    happy | Great, that helped a lot
    happy | perfect :)
    happy | You are the best ❤
    happy | Thanks for the quick help
    """,
    "nb": """
    calm | Hva koster drillen?
    calm | Kan jeg betale med kort? Takk
    calm | Når hentes søppel på mandager?
    calm | Appen virker ikke på telefonen min
    calm | Har kommoden tre skuffer?
    calm | Er den ikke dårlig for huden?
    calm | Hvor mange ganger kan jeg bruke kortet?
    calm | Jeg vil gjerne bestille time til fredag
    upset | Dette er helt latterlig
    upset | HVOR BLIR DET AV PAKKEN MIN!
    upset | Jeg er sint og skuffet
    upset | Hva faen er dette
    upset | Ubrukelig bot
    upset | Jeg er ikke fornøyd, det funker ikke
    upset | Elendig service!!
    upset | Takk for ingenting
    tired | Jeg har allerede sagt det
    tired | Jeg venter fortsatt på svar
    tired | Det er tredje gangen jeg skriver
    tired | Er så lei av dette nå
    tired | Sukk, jeg gir opp
    tired | Ingen svarer på telefonen
    happy | Tusen takk!
    happy | Supert, det hjalp
    happy | Kjempebra 😊
    happy | Takk for rask hjelp
    happy | Du er best!
    """,
    "sv": """
    calm | Vad kostar borren?
    calm | Kan jag betala med kort? Tack
    calm | Appen fungerar inte på min telefon
    calm | Är den inte dålig för huden?
    calm | Hur många gånger kan jag använda kortet?
    calm | Jag skulle vilja boka en tid på fredag
    calm | När öppnar ni på söndag?
    upset | Det här är helt oacceptabelt
    upset | VAR ÄR MITT PAKET!!
    upset | Jag är arg och besviken
    upset | Vad fan håller ni på med
    upset | Värdelös bot
    upset | Jag är inte nöjd, den funkar inte
    upset | Urusel service
    upset | Tack för ingenting
    tired | Jag har redan sagt det
    tired | Väntar fortfarande på svar
    tired | Det är tredje gången jag skriver
    tired | Så trött på det här
    tired | Suck, jag ger upp
    tired | Ingen svarar i telefon
    happy | Tack så mycket!
    happy | Toppen, det hjälpte
    happy | Jättebra 😊
    happy | Tack för snabb hjälp
    happy | Du är bäst!
    """,
    "uk": """
    calm | Скільки коштує дриль?
    calm | Чи можна оплатити карткою? Дякую
    calm | Застосунок не працює на моєму телефоні
    calm | Скільки можна взяти безкоштовно?
    calm | Хочу записатися на п'ятницю
    calm | Де засідає міська рада?
    calm | Скільки разів можна скористатися карткою?
    upset | Це просто знущання
    upset | ДЕ МОЯ ПОСИЛКА!!
    upset | Мене це бісить
    upset | Жахливий сервіс, я розчарована
    upset | Тупий бот
    upset | Я не задоволений, нічого не працює
    upset | Це неприпустимо
    upset | Дякую ні за що
    tired | Я вже казала вам номер
    tired | Досі чекаю на відповідь
    tired | Пишу вам утретє, тобто вже третій раз
    tired | Скільки разів можна повторювати?
    tired | Я втомилася пояснювати
    tired | Ніхто не відповідає
    happy | Дуже дякую!
    happy | Чудово, це допомогло
    happy | Супер))
    happy | Дякую за швидку допомогу
    happy | Ви найкращі!
    """,
    "ru": """
    calm | Сколько стоит дрель?
    calm | Можно оплатить картой? Спасибо
    calm | Приложение не работает на моём телефоне
    calm | На сколько хватит батареи?
    calm | Сколько раз можно использовать карту?
    calm | Хочу записаться на пятницу
    calm | Я достал билет, когда приходить?
    upset | Вы издеваетесь?
    upset | ГДЕ МОЯ ПОСЫЛКА!!
    upset | Меня это бесит
    upset | Ужасный сервис, я разочарована
    upset | Тупой бот
    upset | Я не доволен, ничего не работает
    upset | Бесполезный чат
    upset | Спасибо ни за что
    tired | Я уже говорила вам номер
    tired | До сих пор жду ответа
    tired | Пишу вам третий раз
    tired | Сколько раз повторять?
    tired | Я устал объяснять
    tired | Никто не отвечает
    happy | Большое спасибо!
    happy | Отлично, это помогло
    happy | Супер))
    happy | Спасибо за быструю помощь
    happy | Вы лучшие!
    """,
}
SENTENCES = [
    (language, *map(str.strip, line.split("|", 1)))
    for language, lines in SAID.items()
    for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("language", "expected", "text"), SENTENCES)
def test_a_sentence_tells_a_mood(language: str, expected: str, text: str) -> None:
    assert mood([text], language) == expected


def test_every_language_has_its_sentences() -> None:
    assert set(SAID) == {"en", "nb", "sv", "uk", "ru"}
    assert all(len(lines.strip().splitlines()) >= 15 for lines in SAID.values())


def test_what_was_said_before_counts_less_and_is_forgiven() -> None:
    angry = "You are useless"
    assert mood([angry, "It does not work"], "en") == "upset"
    assert mood([angry, "What does the drill cost?"], "en") == "calm"
    assert mood([angry, "Oh, thank you!"], "en") == "happy"
    assert mood(["It does not work", "The app is terrible"], "en") == "upset"


def test_a_question_that_is_asked_again_is_weary() -> None:
    assert mood(["When does my parcel come?", "When does my parcel come"], "en") == "tired"
    assert mood(["When does my parcel come?", "What does the drill cost?"], "en") == "calm"


def test_english_is_understood_in_every_language_and_others_only_in_theirs() -> None:
    assert mood(["this is useless"], "nb-NO") == "upset"
    assert mood(["I am a fan of this skit"], "en") == "calm"
    assert mood(["qué tal"], "es") == "calm"
    assert mood([], "en") == mood(["  "], "en") == "calm"
