"""What the product itself says where an author wrote nothing, in the visitor's language."""

from __future__ import annotations

import re
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
    "retry_date": {
        "en": "Please write a date, for example 24 December or next Tuesday.",
        "nb": "Skriv en dato, for eksempel 24. desember eller neste tirsdag.",
        "sv": "Skriv ett datum, till exempel 24 december eller nästa tisdag.",
        "uk": "Напишіть, будь ласка, дату, наприклад 24 грудня або наступного вівторка.",
        "ru": "Напишите, пожалуйста, дату, например 24 декабря или в следующий вторник.",
    },
    "date_one": {
        "en": "Which day exactly? Please name one.",
        "nb": "Hvilken dag blir det? Skriv én bestemt dag.",
        "sv": "Vilken dag blir det? Skriv en bestämd dag.",
        "uk": "А якого саме дня? Назвіть, будь ласка, один день.",
        "ru": "В какой именно день? Назовите, пожалуйста, один день.",
    },
    "date_early": {
        "en": "The earliest possible day is {earliest}.",
        "nb": "Den tidligste mulige dagen er {earliest}.",
        "sv": "Den tidigaste möjliga dagen är {earliest}.",
        "uk": "Найраніша можлива дата: {earliest}.",
        "ru": "Самая ранняя возможная дата: {earliest}.",
    },
    "date_late": {
        "en": "The latest possible day is {latest}.",
        "nb": "Den siste mulige dagen er {latest}.",
        "sv": "Den sista möjliga dagen är {latest}.",
        "uk": "Найпізніша можлива дата: {latest}.",
        "ru": "Самая поздняя возможная дата: {latest}.",
    },
    "date_between": {
        "en": "The day must be between {earliest} and {latest}.",
        "nb": "Dagen må være mellom {earliest} og {latest}.",
        "sv": "Dagen måste vara mellan {earliest} och {latest}.",
        "uk": "Дата має бути з {earliest} до {latest}.",
        "ru": "Дата должна быть с {earliest} до {latest}.",
    },
    "date_workdays": {
        "en": "Please choose a day from Monday to Friday.",
        "nb": "Velg en dag fra mandag til fredag.",
        "sv": "Välj en dag från måndag till fredag.",
        "uk": "Виберіть, будь ласка, день з понеділка по п’ятницю.",
        "ru": "Выберите, пожалуйста, день с понедельника по пятницу.",
    },
    "date_not_sunday": {
        "en": "Please choose a day from Monday to Saturday.",
        "nb": "Velg en dag fra mandag til lørdag.",
        "sv": "Välj en dag från måndag till lördag.",
        "uk": "Виберіть, будь ласка, день з понеділка по суботу.",
        "ru": "Выберите, пожалуйста, день с понедельника по субботу.",
    },
    "date_weekend": {
        "en": "Please choose a Saturday or a Sunday.",
        "nb": "Velg en lørdag eller søndag.",
        "sv": "Välj en lördag eller söndag.",
        "uk": "Виберіть, будь ласка, суботу або неділю.",
        "ru": "Выберите, пожалуйста, субботу или воскресенье.",
    },
    "retry_time": {
        "en": "Please write a time, for example 14:30.",
        "nb": "Skriv et klokkeslett, for eksempel 14.30.",
        "sv": "Skriv ett klockslag, till exempel 14.30.",
        "uk": "Напишіть, будь ласка, час, наприклад 14:30.",
        "ru": "Напишите, пожалуйста, время, например 14:30.",
    },
    "time_one": {
        "en": "At what time exactly? Please name one.",
        "nb": "Når helt nøyaktig? Skriv ett bestemt klokkeslett.",
        "sv": "Vilken tid mer exakt? Skriv ett bestämt klockslag.",
        "uk": "О котрій саме годині? Назвіть, будь ласка, точний час.",
        "ru": "Во сколько именно? Назовите, пожалуйста, точное время.",
    },
    "time_early": {
        "en": "The earliest possible time is {earliest}.",
        "nb": "Det tidligste mulige klokkeslettet er {earliest}.",
        "sv": "Den tidigaste möjliga tiden är {earliest}.",
        "uk": "Найраніший можливий час: {earliest}.",
        "ru": "Самое раннее возможное время: {earliest}.",
    },
    "time_late": {
        "en": "The latest possible time is {latest}.",
        "nb": "Det seneste mulige klokkeslettet er {latest}.",
        "sv": "Den senaste möjliga tiden är {latest}.",
        "uk": "Найпізніший можливий час: {latest}.",
        "ru": "Самое позднее возможное время: {latest}.",
    },
    "time_between": {
        "en": "The time must be between {earliest} and {latest}.",
        "nb": "Klokkeslettet må være mellom {earliest} og {latest}.",
        "sv": "Tiden måste vara mellan {earliest} och {latest}.",
        "uk": "Час має бути від {earliest} до {latest}.",
        "ru": "Время должно быть с {earliest} до {latest}.",
    },
    "retry_email": {
        "en": "That doesn't look like an e-mail address. Please check it: name@example.com",
        "nb": "Det ser ikke ut som en e-postadresse. Sjekk den gjerne: navn@example.com",
        "sv": "Det ser inte ut som en e-postadress. Kontrollera den gärna: namn@example.com",
        "uk": "Це не схоже на адресу електронної пошти. Перевірте її, будь ласка: name@example.com",
        "ru": "Не похоже на адрес электронной почты. Проверьте его, пожалуйста: name@example.com",
    },
    "retry_phone": {
        "en": "That doesn't look like a phone number. Please check it, for example {example}.",
        "nb": "Det ser ikke ut som et telefonnummer. Sjekk det gjerne, for eksempel {example}.",
        "sv": "Det ser inte ut som ett telefonnummer. Kontrollera det gärna, t.ex. {example}.",
        "uk": "Це не схоже на номер телефону. Перевірте його, будь ласка, наприклад {example}.",
        "ru": "Не похоже на номер телефона. Проверьте его, пожалуйста, например {example}.",
    },
    "retry_url": {
        "en": "That doesn't look like a web address. Please check it: www.example.com",
        "nb": "Det ser ikke ut som en nettadresse. Sjekk den gjerne: www.example.com",
        "sv": "Det ser inte ut som en webbadress. Kontrollera den gärna: www.example.com",
        "uk": "Це не схоже на адресу сайту. Перевірте її, будь ласка: www.example.com",
        "ru": "Не похоже на адрес сайта. Проверьте его, пожалуйста: www.example.com",
    },
    "retry_rating": {
        "en": "Please give a number from {minimum} to {maximum}.",
        "nb": "Gi et tall fra {minimum} til {maximum}.",
        "sv": "Ge ett tal från {minimum} till {maximum}.",
        "uk": "Поставте, будь ласка, оцінку від {minimum} до {maximum}.",
        "ru": "Поставьте, пожалуйста, оценку от {minimum} до {maximum}.",
    },
    "retry_file": {
        "en": "Please send it as a file: choose one from your device, or drop it here.",
        "nb": "Send det gjerne som en fil: velg den fra enheten din, eller slipp den her.",
        "sv": "Skicka det gärna som en fil: välj den på din enhet eller släpp den här.",
        "uk": "Надішліть це, будь ласка, файлом: виберіть його на пристрої або перетягніть сюди.",
        "ru": "Пришлите это, пожалуйста, файлом: выберите его на устройстве или перетащите сюда.",
    },
    "file_type": {
        "en": "{name} is a kind of file I can't take. These are possible: {kinds}.",
        "nb": "{name} er en filtype jeg ikke kan ta imot. Disse går bra: {kinds}.",
        "sv": "{name} är en filtyp som jag inte kan ta emot. De här går bra: {kinds}.",
        "uk": "Файл такого типу ({name}) прийняти не можу. Підходять: {kinds}.",
        "ru": "Файл такого типа ({name}) принять не могу. Подходят: {kinds}.",
    },
    "file_large": {
        "en": "{name} is too large. A file can have at most {largest} MB.",
        "nb": "{name} er for stor. En fil kan være på høyst {largest} MB.",
        "sv": "{name} är för stor. En fil får vara högst {largest} MB.",
        "uk": "Файл {name} завеликий. Розмір файлу — не більше {largest} МБ.",
        "ru": "Файл {name} слишком большой. Размер файла — не больше {largest} МБ.",
    },
    "file_many": {
        "en": "That is too many files. Please send at most {most}.",
        "nb": "Det ble for mange filer. Send høyst {most}.",
        "sv": "Det blev för många filer. Skicka högst {most}.",
        "uk": "Забагато файлів. Найбільше можна надіслати: {most}.",
        "ru": "Слишком много файлов. Можно прислать не больше: {most}.",
    },
    "file_one": {
        "en": "Please send just one file.",
        "nb": "Send bare én fil.",
        "sv": "Skicka bara en fil.",
        "uk": "Надішліть, будь ласка, лише один файл.",
        "ru": "Пришлите, пожалуйста, только один файл.",
    },
    "image": {
        "en": "pictures",
        "nb": "bilder",
        "sv": "bilder",
        "uk": "зображення",
        "ru": "изображения",
    },
    "video": {"en": "videos", "nb": "videoer", "sv": "videor", "uk": "відео", "ru": "видео"},
    "audio": {"en": "sound", "nb": "lyd", "sv": "ljud", "uk": "аудіо", "ru": "аудио"},
    "document": {
        "en": "documents",
        "nb": "dokumenter",
        "sv": "dokument",
        "uk": "документи",
        "ru": "документы",
    },
    "spreadsheet": {
        "en": "spreadsheets",
        "nb": "regneark",
        "sv": "kalkylblad",
        "uk": "таблиці",
        "ru": "таблицы",
    },
    "archive": {
        "en": "archives (zip)",
        "nb": "arkiver (zip)",
        "sv": "arkiv (zip)",
        "uk": "архіви (zip)",
        "ru": "архивы (zip)",
    },
    "form_field": {
        "en": "Please fill in: {label}",
        "nb": "Fyll inn: {label}",
        "sv": "Fyll i: {label}",
        "uk": "Вкажіть, будь ласка: {label}",
        "ru": "Укажите, пожалуйста: {label}",
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


_BETWEEN = re.compile(r"[\s.,!?:;)(]+")
_A_YES_OR_NO = 60  # characters: a longer text is none


def says_yes(text: str) -> bool | None:
    """What a yes or no word says, in any of our languages; None: it is no such word."""
    if len(text) > _A_YES_OR_NO:
        return None
    words = _BETWEEN.sub(" ", text.casefold().replace("’", "'")).strip()
    if words in YES:
        return True
    return False if words in NO else None


def phrase(key: str, language: str, /, **values: Any) -> str:
    """A stock phrase in a language (BCP 47), English where we do not speak it."""
    texts = PHRASES[key]
    found = texts.get(language)
    if found is None:
        base = language.partition("-")[0].lower()
        found = texts.get(SAME_LANGUAGE.get(base, base), texts["en"])
    return found.format(**values) if values else found
