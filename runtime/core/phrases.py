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
        "uk": "Будь ласка, напишіть відповідь текстом.",
        "ru": "Пожалуйста, ответьте текстом.",
    },
    "retry_long": {
        "en": "That is too long for me. Please write it more briefly.",
        "nb": "Det ble litt langt for meg. Kan du skrive det kortere?",
        "sv": "Det blev lite långt för mig. Kan du skriva det kortare?",
        "uk": "Повідомлення задовге. Напишіть, будь ласка, коротше.",
        "ru": "Сообщение слишком длинное. Напишите, пожалуйста, короче.",
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
        "uk": "Число має бути не менше ніж {minimum}.",
        "ru": "Число должно быть не меньше {minimum}.",
    },
    "number_high": {
        "en": "The number can be at most {maximum}.",
        "nb": "Tallet kan ikke være høyere enn {maximum}.",
        "sv": "Talet får inte vara högre än {maximum}.",
        "uk": "Число має бути не більше ніж {maximum}.",
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
        "nb": "Hvilken dag mener du? Skriv én bestemt dag.",
        "sv": "Vilken dag menar du? Skriv en bestämd dag.",
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
        "nb": "Når mener du helt nøyaktig? Skriv ett klokkeslett.",
        "sv": "Vilken tid menar du mer exakt? Skriv ett klockslag.",
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
        "en": "That doesn't look like an e-mail address. Please write it like name@example.com",
        "nb": "Det ser ikke ut som en e-postadresse. Skriv den for eksempel slik: navn@example.com",
        "sv": "Det ser inte ut som en e-postadress. Skriv den t.ex. så här: namn@example.com",
        "uk": "Це не схоже на електронну адресу. Напишіть її, будь ласка, так: name@example.com",
        "ru": "Это не похоже на адрес почты. Напишите его, пожалуйста, так: name@example.com",
    },
    "retry_phone": {
        "en": "That doesn't look like a phone number. Please write it like {example}",
        "nb": "Det ser ikke ut som et telefonnummer. Skriv det for eksempel slik: {example}",
        "sv": "Det ser inte ut som ett telefonnummer. Skriv det t.ex. så här: {example}",
        "uk": "Це не схоже на номер телефону. Напишіть його, будь ласка, так: {example}",
        "ru": "Это не похоже на номер телефона. Напишите его, пожалуйста, так: {example}",
    },
    "retry_url": {
        "en": "That doesn't look like a web address. Please write it like www.example.com",
        "nb": "Det ser ikke ut som en nettadresse. Skriv den for eksempel slik: www.example.com",
        "sv": "Det ser inte ut som en webbadress. Skriv den t.ex. så här: www.example.com",
        "uk": "Це не схоже на адресу сайту. Напишіть її, будь ласка, так: www.example.com",
        "ru": "Это не похоже на адрес сайта. Напишите его, пожалуйста, так: www.example.com",
    },
    "retry_rating": {
        "en": "Please give a number from {minimum} to {maximum}.",
        "nb": "Svar med et tall fra {minimum} til {maximum}.",
        "sv": "Svara med en siffra från {minimum} till {maximum}.",
        "uk": "Поставте, будь ласка, оцінку від {minimum} до {maximum}.",
        "ru": "Поставьте, пожалуйста, оценку от {minimum} до {maximum}.",
    },
    "retry_file": {
        "en": "Please send it as a file: choose one from your device, or drop it here.",
        "nb": "Send det gjerne som en fil: Velg den på enheten din, eller slipp den her.",
        "sv": "Skicka det gärna som en fil: välj den på din enhet eller släpp den här.",
        "uk": "Надішліть це, будь ласка, файлом: виберіть його на пристрої або перетягніть сюди.",
        "ru": "Пришлите это, пожалуйста, файлом: выберите его на устройстве или перетащите сюда.",
    },
    "file_type": {
        "en": "{name} is a kind of file I can't take. These are possible: {kinds}.",
        "nb": "{name} er en filtype jeg ikke kan ta imot. Disse går bra: {kinds}.",
        "sv": "{name} är en filtyp som jag inte kan ta emot. De här går bra: {kinds}.",
        "uk": "Файл {name} не підходить за типом. Можна надіслати: {kinds}.",
        "ru": "Файл {name} не подходит по типу. Можно прислать: {kinds}.",
    },
    "file_large": {
        "en": "{name} is too large. A file can have at most {largest}\N{NO-BREAK SPACE}MB.",
        "nb": "{name} er for stor. En fil kan være på høyst {largest}\N{NO-BREAK SPACE}MB.",
        "sv": "{name} är för stor. En fil får vara högst {largest}\N{NO-BREAK SPACE}MB.",
        "uk": "Файл {name} завеликий. Можна не більше ніж {largest}\N{NO-BREAK SPACE}МБ.",
        "ru": "Файл {name} слишком большой. Можно не больше {largest}\N{NO-BREAK SPACE}МБ.",
    },
    "file_many": {
        "en": "That is too many files. Please send at most {most}.",
        "nb": "Det ble for mange filer. Send høyst {most}.",
        "sv": "Det blev för många filer. Skicka högst {most}.",
        "uk": "Забагато файлів. Надішліть, будь ласка, не більше ніж {most}.",
        "ru": "Слишком много файлов. Пришлите, пожалуйста, не больше {most}.",
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
        "uk": "Напишіть, будь ласка, «так» або «ні».",
        "ru": "Напишите, пожалуйста, «да» или «нет».",
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
    "correct_none": {
        "en": "Never mind, go on",
        "nb": "Glem det, gå videre",
        "sv": "Glöm det, gå vidare",
        "uk": "Неважливо, продовжимо",
        "ru": "Неважно, продолжим",
    },
    "cannot_go_back": {
        "en": "That has already been done and can't be undone here. If you like, ask for a person.",
        "nb": "Det er allerede gjort og kan ikke angres her. Be gjerne om å få snakke med noen.",
        "sv": "Det är redan gjort och kan inte ångras här. Be gärna om att få prata med någon.",
        "uk": "Це вже зроблено, скасувати тут не можна. За потреби попросіть покликати людину.",
        "ru": "Это уже сделано, отменить это здесь нельзя. Если нужно, попросите позвать человека.",
    },
    "handed_over": {
        "en": "I've asked a colleague to take over. You can go on writing here: all of it is read.",
        "nb": "Jeg har bedt en kollega om å ta over. Du kan skrive videre her, alt blir lest.",
        "sv": "Jag har bett en kollega ta över. Du kan fortsätta skriva här, allt blir läst.",
        "uk": "Передаю розмову колезі. Можете писати далі тут: усе прочитають.",
        "ru": "Передаю разговор коллеге. Можете писать дальше здесь: всё прочитают.",
    },
    "ask_question": {
        "en": "What would you like to know?",
        "nb": "Hva lurer du på?",
        "sv": "Vad undrar du över?",
        "uk": "Що ви хотіли б дізнатися?",
        "ru": "Что вы хотели бы узнать?",
    },
    "ask_more": {
        "en": "Is there anything else you would like to know?",
        "nb": "Er det noe mer du lurer på?",
        "sv": "Är det något mer du undrar över?",
        "uk": "Чи є ще якісь запитання?",
        "ru": "Есть ли ещё вопросы?",
    },
    "ai_unsure": {
        "en": "I'm not certain enough to answer that.",
        "nb": "Det er jeg ikke sikker nok på til å svare.",
        "sv": "Det är jag inte säker nog på för att svara.",
        "uk": "На жаль, тут мені бракує певності, щоб відповісти.",
        "ru": "К сожалению, здесь мне не хватает уверенности, чтобы ответить.",
    },
    "ai_nothing": {
        "en": "I have found nothing about that.",
        "nb": "Jeg har ikke funnet noe om det.",
        "sv": "Jag har inte hittat något om det.",
        "uk": "Про це нічого не вдалося знайти.",
        "ru": "Об этом ничего не удалось найти.",
    },
    "ai_unsure_upset": {
        "en": "I'm sorry about the trouble. I'm not certain of the answer, and won't guess.",
        "nb": "Jeg beklager bryderiet. Jeg er ikke sikker nok på svaret, og vil ikke gjette.",
        "sv": "Jag beklagar besväret. Jag är inte säker nog på svaret och vill inte gissa.",
        "uk": "Перепрошую за незручності. Точної відповіді я не маю, а вгадувати не хочу.",
        "ru": "Извините за неудобства. Точного ответа у меня нет, а гадать не хочу.",
    },
    "ai_nothing_upset": {
        "en": "I'm sorry about the trouble. I have looked, but found nothing about that.",
        "nb": "Jeg beklager bryderiet. Jeg har lett, men ikke funnet noe om det.",
        "sv": "Jag beklagar besväret. Jag har letat, men inte hittat något om det.",
        "uk": "Перепрошую за незручності. На жаль, про це нічого не вдалося знайти.",
        "ru": "Извините за неудобства. К сожалению, об этом ничего не удалось найти.",
    },
    "ai_told": {
        "en": "What you told us on {date}",
        "nb": "Det du fortalte oss {date}",
        "sv": "Det du berättade för oss den {date}",
        "uk": "Те, що ви розповіли нам {date}",
        "ru": "То, что вы рассказали нам {date}",
    },
    "ai_promised": {
        "en": "What we promised you on {date}",
        "nb": "Det vi lovet deg {date}",
        "sv": "Det vi lovade dig den {date}",
        "uk": "Те, що ми пообіцяли вам {date}",
        "ru": "То, что мы пообещали вам {date}",
    },
    "ai_noted": {
        "en": "Our note from {date}",
        "nb": "Vårt notat fra {date}",
        "sv": "Vår anteckning från den {date}",
        "uk": "Наша нотатка від {date}",
        "ru": "Наша заметка от {date}",
    },
    "ai_refused": {
        "en": "I'm not able to help with that here.",
        "nb": "Det kan jeg dessverre ikke hjelpe med her.",
        "sv": "Det kan jag tyvärr inte hjälpa till med här.",
        "uk": "На жаль, із цим я тут допомогти не можу.",
        "ru": "К сожалению, с этим я здесь помочь не могу.",
    },
    "ai_quoted": {
        "en": "This is what I found in “{title}”:",
        "nb": "Dette fant jeg i «{title}»:",
        "sv": "Det här hittade jag i ”{title}”:",
        "uk": "Ось що знайшлося в «{title}»:",
        "ru": "Вот что нашлось в «{title}»:",
    },
    "example": {
        "en": "Example",
        "nb": "Eksempel",
        "sv": "Exempel",
        "uk": "Приклад",
        "ru": "Пример",
    },
    "example_answer": {
        "en": "(Example) Here the answer to “{question}” will stand, from what your bot knows. [1]",
        "nb": "(Eksempel) Her kommer svaret på «{question}», fra det boten din vet. [1]",
        "sv": "(Exempel) Här kommer svaret på ”{question}”, ur det som din bot vet. [1]",
        "uk": "(Приклад) Тут буде відповідь на «{question}» з того, що знає ваш бот. [1]",
        "ru": "(Пример) Здесь будет ответ на «{question}» из того, что знает ваш бот. [1]",
    },
    "example_source": {
        "en": "A made-up page",
        "nb": "En oppdiktet side",
        "sv": "En påhittad sida",
        "uk": "Вигадана сторінка",
        "ru": "Вымышленная страница",
    },
    "example_agent": {
        "en": "(Example) Here your AI agent will work on “{task}”, with these tools: {tools}",
        "nb": "(Eksempel) Her jobber KI-agenten din med «{task}», med disse verktøyene: {tools}",
        "sv": "(Exempel) Här arbetar din AI-agent med ”{task}”, med de här verktygen: {tools}",
        "uk": "(Приклад) Тут ваш ШІ-агент виконає «{task}» за допомогою: {tools}",
        "ru": "(Пример) Здесь ваш ИИ-агент выполнит «{task}» с помощью: {tools}",
    },
    "agent_may_i": {
        "en": "May I do this: {what}?",
        "nb": "Er det greit at jeg gjør dette: {what}?",
        "sv": "Är det okej att jag gör så här: {what}?",
        "uk": "Чи можна це зробити: {what}?",
        "ru": "Можно это сделать: {what}?",
    },
    "agent_limit": {
        "en": "I'm not able to finish this on my own.",
        "nb": "Dette får jeg ikke til å fullføre på egen hånd.",
        "sv": "Det här lyckas jag inte slutföra på egen hand.",
        "uk": "Довести це до кінця самостійно не вдається.",
        "ru": "Довести это до конца самостоятельно не получается.",
    },
    "agent_limit_upset": {
        "en": "I'm sorry about the trouble. I'm not able to finish this on my own.",
        "nb": "Jeg beklager bryderiet. Dette får jeg ikke til å fullføre på egen hånd.",
        "sv": "Jag beklagar besväret. Det här lyckas jag inte slutföra på egen hand.",
        "uk": "Перепрошую за незручності. Довести це до кінця самостійно не вдається.",
        "ru": "Извините за неудобства. Довести это до конца самостоятельно не получается.",
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

# What somebody says who has nothing more to ask, beside a no.
DONE = _listed(
    "thanks, thank you, many thanks, thanks a lot, thank you very much, bye, goodbye, that's all",
    "that is all, that was all, nothing else, nothing more, nothing, done, i'm done, all good",
    "no that's all, no that was all, ok thanks, okay thanks, great thanks, perfect thanks, cheers",
    "takk, tusen takk, mange takk, takk for hjelpen, ha det, hade, det var alt, ikke noe mer",
    "ferdig, ingenting, nei det var alt, ok takk, fint takk, supert takk, ha det bra",
    "tack, tack så mycket, tack för hjälpen, hej då, det var allt, inget mer, inget annat, klar",
    "nej det var allt, ok tack, bra tack, toppen tack",
    "дякую, щиро дякую, дуже дякую, дякую за допомогу, до побачення, це все, більше нічого, бувай",
    "ні це все, ок дякую, нічого",
    "спасибо, большое спасибо, спасибо большое, спасибо за помощь, до свидания, это всё, это все",
    "больше ничего, пока, нет это всё, нет это все, ок спасибо, ничего",
)

# What somebody says who asks nothing yet.
GREETINGS = _listed(
    "hi, hello, hey, hi there, hello there, hey there, good morning, good afternoon, good evening",
    "good day, greetings, hei, heisann, hallo, hei hei, god dag, god morgen, god kveld, morn, hej",
    "hejsan, tjena, hallå, god morgon, god kväll, goddag, привіт, вітаю, добрий день, доброго дня",
    "добрий вечір, доброго вечора, добрий ранок, доброго ранку, привет, здравствуйте",
    "здравствуй, добрый день, добрый вечер, доброе утро, start",
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


_BETWEEN_WORDS = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[\s.,!?:;)(]+")
_A_YES_OR_NO = 60  # characters: a longer text is none


def plain(text: str) -> str:
    """Text as keywords are compared: folded case, single spaces, no punctuation."""
    words = text.casefold().split()
    if "".join(words).isalnum():
        return " ".join(words)
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()


def says_yes(text: str) -> bool | None:
    """What a yes or no word says, in any of our languages; None: it is no such word."""
    if len(text) > _A_YES_OR_NO:
        return None
    words = _BETWEEN.sub(" ", text.casefold().replace("’", "'")).strip()
    if words in YES:
        return True
    return False if words in NO else None


def says_hello(text: str) -> bool:
    """Whether somebody greets, or waves, and says nothing else."""
    said = plain(text) if len(text) <= _A_YES_OR_NO else text
    return not said or said in GREETINGS


def says_done(text: str) -> bool:
    """Whether somebody has nothing more to ask."""
    words = _BETWEEN.sub(" ", text.casefold().replace("’", "'")).strip()
    return len(text) <= _A_YES_OR_NO and (words in DONE or words in NO)


def base_language(language: str) -> str:
    """The language of a BCP 47 tag, one Norwegian for all: ``nb`` of ``no-NO``."""
    base = language.replace("_", "-").partition("-")[0].lower()
    return SAME_LANGUAGE.get(base, base)


def phrase(key: str, language: str, /, **values: Any) -> str:
    """A stock phrase in a language (BCP 47), English where we do not speak it."""
    texts = PHRASES[key]
    found = texts.get(language)
    if found is None:
        found = texts.get(base_language(language), texts["en"])
    return found.format(**values) if values else found
