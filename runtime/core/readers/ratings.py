"""Points on a scale in words: ``4``, ``4 stars``, ``4 out of 5``, ``four``, ``★★★★``."""

from __future__ import annotations

import re

from runtime.core.phrases import base_language

LOOKED_AT = 200  # characters: a longer text is no plain rating

# From nought to ten, with the endings they are said with.
_NUMBERS: dict[str, tuple[str, ...]] = {
    "en": ("zero|nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
           "ten"),
    "nb": ("null", "en|én|ett", "to", "tre", "fire", "fem", "seks", "sju|syv", "åtte", "ni", "ti"),
    "sv": ("noll", "en|ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio"),
    "uk": ("нуль", "один|одна|одиниця|одиницю", "два|дві|двійка|двійку", "три|трійка|трійку",
           "чотири|четвірка|четвірку", "п'ять|п'ятірка|п'ятірку", "шість", "сім", "вісім",
           "дев'ять", "десять"),
    "ru": ("ноль", "один|одна|единица|единицу", "два|две|двойка|двойку", "три|тройка|тройку",
           "четыре|четверка|четверку", "пять|пятерка|пятерку", "шесть", "семь", "восемь",
           "девять", "десять"),
}  # fmt: skip
_VALUES = {
    language: {word: value for value, words in enumerate(table) for word in words.split("|")}
    for language, table in _NUMBERS.items()
}
_AROUND = frozenset(
    re.findall(
        r"\S+",
        """
        i i'd i'll would give it you a an the say rate get gets star stars point points score
        rating maybe probably think that's is about please
        jeg vil gi gir det dere deg en et får stjerne stjerner poeng terningkast karakter kanskje
        jag ger vill ge er ett får blir stjärna stjärnor poäng betyg kanske
        я ставлю поставлю даю дам вам це бал бали балів зірка зірки зірок зірку оцінка оцінку
        моя мабуть думаю тверда
        балл балла баллов звезда звезды звезд звезду оценка оценку это на наверное твердая
        """,
    )
)
_OUT_OF = r"\s*(?:/|(?:out\s+of|of|av|av\s+totalt|of\s+max|із|з|зі|из)\s+(?:max\s+)?)\s*"
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
_STARS = re.compile(r"(?:[★⭐🌟]\ufe0f?\s*)+[☆\s]*")
_STAR = re.compile(r"[★⭐🌟]")
_ANSWER_FIRST = re.compile(r"\s*[^\W_]+(?:'[^\W_]+)?\s*(?:$|[,;:!\n)–—-]|\.(?!\d))")


def points_in(text: str, most: int, language: str) -> tuple[int, bool] | None:
    """The points a reply gives on a scale up to ``most``, and whether it says nothing else.

    A number among other words counts only where those words speak of giving it, or where it stands
    first and by itself: "10 minutes late" gives no ten.
    """
    text = text.strip().casefold().replace("’", "'").replace("ё", "е")
    if not text or len(text) > LOOKED_AT or re.search(r"\d[.,]\d|[-−]\d", text):
        return None
    if _STARS.fullmatch(text):
        return len(_STAR.findall(text)), True
    text = re.sub(rf"{_OUT_OF}{most}(?!\d)", " ", text)
    numbers, others = _told(_WORD.findall(text), language)
    if len(numbers) != 1:
        return None
    if not others:
        return numbers[0], True
    return (numbers[0], False) if _starts_with_it(text, language) else None


def _told(words: list[str], language: str) -> tuple[list[int], list[str]]:
    """Digits count before words: "one" is often no number."""
    numbers = [int(word) for word in words if word.isdecimal()]
    spoken = [word for word in words if not word.isdecimal()]
    if not numbers:
        known = spoken_numbers(language)
        named = [word for word in spoken if word in known and word not in _AROUND]
        named = named or [word for word in spoken if word in known]
        numbers = [known[word] for word in named]
        spoken = [word for word in spoken if word not in named]
    return numbers, [word for word in spoken if word not in _AROUND]


def _starts_with_it(text: str, language: str) -> bool:
    first = _WORD.search(text)
    said = bool(first) and (first[0].isdecimal() or first[0] in spoken_numbers(language))
    return said and _ANSWER_FIRST.match(text) is not None


def spoken_numbers(language: str) -> dict[str, int]:
    """Words from nought to ten, in English and in the visitor's language."""
    return _VALUES["en"] | _VALUES.get(base_language(language), {})
