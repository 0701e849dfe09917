"""What the product itself says where an author wrote nothing, in the visitor's language."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "nb", "sv", "uk", "ru")
SAME_LANGUAGE = {"no": "nb", "nn": "nb"}  # one Norwegian for all

PHRASES: dict[str, dict[str, str]] = {
    "retry_text": {
        "en": "Please answer in words.",
        "nb": "Svar gjerne med tekst.",
        "sv": "Svara gärna med text.",
        "uk": "Будь ласка, дайте відповідь текстом.",
        "ru": "Пожалуйста, ответьте текстом.",
    },
    "retry_long": {
        "en": "That is too long for me. Please write it more briefly.",
        "nb": "Det ble for langt for meg. Skriv det gjerne kortere.",
        "sv": "Det blev för långt för mig. Skriv det gärna kortare.",
        "uk": "Це занадто довго. Напишіть, будь ласка, коротше.",
        "ru": "Это слишком длинно. Напишите, пожалуйста, короче.",
    },
    "retry_number": {
        "en": "Please write a number, for example 12.",
        "nb": "Skriv et tall, for eksempel 12.",
        "sv": "Skriv ett tal, till exempel 12.",
        "uk": "Напишіть, будь ласка, число, наприклад 12.",
        "ru": "Напишите, пожалуйста, число, например 12.",
    },
    "number_low": {
        "en": "The number must be at least {minimum}.",
        "nb": "Tallet må være minst {minimum}.",
        "sv": "Talet måste vara minst {minimum}.",
        "uk": "Число має бути не меншим за {minimum}.",
        "ru": "Число должно быть не меньше {minimum}.",
    },
    "number_high": {
        "en": "The number can be at most {maximum}.",
        "nb": "Tallet kan være høyst {maximum}.",
        "sv": "Talet får vara högst {maximum}.",
        "uk": "Число має бути не більшим за {maximum}.",
        "ru": "Число должно быть не больше {maximum}.",
    },
    "number_between": {
        "en": "The number must be between {minimum} and {maximum}.",
        "nb": "Tallet må være mellom {minimum} og {maximum}.",
        "sv": "Talet måste vara mellan {minimum} och {maximum}.",
        "uk": "Число має бути від {minimum} до {maximum}.",
        "ru": "Число должно быть от {minimum} до {maximum}.",
    },
    "number_step": {
        "en": "Please choose a number in steps of {step}.",
        "nb": "Velg et tall i trinn på {step}.",
        "sv": "Välj ett tal i steg om {step}.",
        "uk": "Виберіть, будь ласка, число з кроком {step}.",
        "ru": "Выберите, пожалуйста, число с шагом {step}.",
    },
    "retry_email": {
        "en": "That doesn't look like an e-mail address. Please check it: name@example.com",
        "nb": "Det ser ikke ut som en e-postadresse. Sjekk den gjerne: navn@example.com",
        "sv": "Det ser inte ut som en e-postadress. Kontrollera den gärna: namn@example.com",
        "uk": "Це не схоже на адресу електронної пошти. Перевірте її, будь ласка: name@example.com",
        "ru": "Не похоже на адрес электронной почты. Проверьте его, пожалуйста: name@example.com",
    },
    "retry_choice": {
        "en": "Please choose one of the options.",
        "nb": "Velg ett av alternativene.",
        "sv": "Välj ett av alternativen.",
        "uk": "Виберіть, будь ласка, один із варіантів.",
        "ru": "Выберите, пожалуйста, один из вариантов.",
    },
    "retry_choices": {
        "en": "Please choose from the options, one or more.",
        "nb": "Velg ett eller flere av alternativene.",
        "sv": "Välj ett eller flera av alternativen.",
        "uk": "Виберіть, будь ласка, один або кілька варіантів.",
        "ru": "Выберите, пожалуйста, один или несколько вариантов.",
    },
    "retry_confirm": {
        "en": "Please answer yes or no.",
        "nb": "Svar ja eller nei.",
        "sv": "Svara ja eller nej.",
        "uk": "Дайте, будь ласка, відповідь «так» або «ні».",
        "ru": "Ответьте, пожалуйста, «да» или «нет».",
    },
    "yes": {"en": "Yes", "nb": "Ja", "sv": "Ja", "uk": "Так", "ru": "Да"},
    "no": {"en": "No", "nb": "Nei", "sv": "Nej", "uk": "Ні", "ru": "Нет"},
    "nothing_back": {
        "en": "There is nothing to go back to.",
        "nb": "Det er ingenting å gå tilbake til.",
        "sv": "Det finns inget att gå tillbaka till.",
        "uk": "Немає до чого повертатися.",
        "ru": "Возвращаться не к чему.",
    },
    "nothing_to_correct": {
        "en": "There is no answer to change yet.",
        "nb": "Det er ikke noe svar å endre ennå.",
        "sv": "Det finns inget svar att ändra än.",
        "uk": "Поки що немає відповіді, яку можна змінити.",
        "ru": "Пока нет ответа, который можно изменить.",
    },
    "cannot_go_back": {
        "en": "That has already been done and can't be undone here. If you like, ask for a person.",
        "nb": "Det er allerede gjort og kan ikke angres her. Be gjerne om å få snakke med noen.",
        "sv": "Det är redan gjort och kan inte ångras här. Be gärna om att få prata med någon.",
        "uk": "Це вже зроблено, і тут його не скасувати. За потреби попросіть покликати людину.",
        "ru": "Это уже сделано, и отменить это нельзя. Если нужно, попросите позвать человека.",
    },
    "error": {
        "en": "Sorry, something went wrong on our side. Please try again in a little while.",
        "nb": "Beklager, noe gikk galt hos oss. Prøv igjen om litt.",
        "sv": "Tyvärr gick något fel hos oss. Försök igen om en stund.",
        "uk": "Вибачте, у нас сталася помилка. Спробуйте ще раз трохи пізніше.",
        "ru": "Извините, у нас произошла ошибка. Попробуйте ещё раз чуть позже.",
    },
}


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split(", "))


YES = _listed(
    "yes, y, yeah, yep, yup, sure, ok, okay, of course, correct, right, that's right, absolutely",
    "yes please, ja, j, jo, jepp, ja takk, selvfølgelig, klart, gjerne, stemmer, det stemmer",
    "greit, riktig, japp, ja tack, jajamän, absolut, visst, självklart, gärna, det stämmer",
    "stämmer, okej, так, так дякую, ага, угу, звичайно, звісно, добре, гаразд, авжеж, саме так",
    "вірно, правильно, да, да спасибо, конечно, хорошо, ладно, верно, именно, 👍",
)
NO = _listed(
    "no, n, nope, nah, not really, no thanks, no thank you, wrong, not correct",
    "nei, nei takk, ikke, niks, det stemmer ikke, feil",
    "nej, nej tack, nä, näe, näpp, inte, det stämmer inte, fel",
    "ні, ні дякую, нє, неа, не зовсім, невірно, неправильно",
    "нет, нет спасибо, не, не совсем, неверно, 👎",
)

# How ordinal words begin, first to tenth and last; endings differ by gender and case.
ORDINALS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("first", "først", "först", "перш", "перв")),
    (2, ("second", "andre", "andra", "друг", "втор")),
    (3, ("third", "tredje", "трет")),
    (4, ("fourth", "fjerde", "fjärde", "четверт", "четвёрт")),
    (5, ("fifth", "femte", "п'ят", "п’ят", "пят")),
    (6, ("sixth", "sjette", "sjätte", "шост", "шест")),
    (7, ("seventh", "sjuende", "syvende", "sjunde", "сьом", "седьм")),
    (8, ("eighth", "åttende", "åttonde", "восьм")),
    (9, ("ninth", "niende", "nionde", "дев'ят", "дев’ят", "девят")),
    (10, ("tenth", "tiende", "tionde", "десят")),
    (-1, ("last", "siste", "sista", "останн", "последн")),
)

# Words that may stand around a number without changing what is meant.
FILLERS = _listed(
    "the, one, number, no, option, please, den, det, nr, nummer, alternativ, alternativet, takk",
    "tack, номер, варіант, вариант, будь, ласка, пожалуйста",
)


def phrase(key: str, language: str, /, **values: Any) -> str:
    """A stock phrase in a language (BCP 47), English where we do not speak it."""
    texts = PHRASES[key]
    found = texts.get(language)
    if found is None:
        base = language.partition("-")[0].lower()
        found = texts.get(SAME_LANGUAGE.get(base, base), texts["en"])
    return found.format(**values) if values else found
