"""What languages are called, and which of them a visitor's sentence asks for.

Names come from Unicode's tables: in our five languages, and in each of a bot's own. Words are
compared as `plain` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, cast

from babel import Locale, UnknownLocaleError

from runtime.core.language_wishes import AFTER, BEFORE
from runtime.core.phrases import LANGUAGES, base_language, plain

LONGEST = 60  # characters: a longer text asks for more than a language
_WORDS = 3  # of the longest form of a name


def own_name(code: str) -> str:
    """What a language calls itself, as a button shows it: ``Svenska``."""
    name = next(_own_names(code), code)
    return name[:1].upper() + name[1:]


class Wish(NamedTuple):
    """A language that is asked for: one of the bot's, else (not ``spoken``) the code of another.

    ``bare``: it was only named, so it may be an answer as well: "German", or "Thai, please" to a
    restaurant. "English please", "українською" are none.
    """

    code: str
    spoken: bool
    bare: bool


class LanguageNames:
    """What the languages are called for a bot that speaks ``spoken``, its own language first.

    ``words``: without one of them a sentence names no language.
    """

    def __init__(self, spoken: tuple[str, ...]) -> None:
        own = {plain(name): _base(code) for code in spoken for name in _own_names(code)}
        self._spoken = spoken
        self._codes = _codes() | own
        self._cased = _cased()
        self.words = frozenset(form.split()[-1] for form in self._codes)

    def asked_for(self, said: str) -> Wish | None:
        for before, name, after in _cuts(said.split()):
            code = self._codes.get(name)
            if code and before in BEFORE and after in AFTER:
                known = self._known(code)
                polite = bool(after) and name in _NATIVE
                bare = not (before or polite or name in self._cased)
                return Wish(known or code, known is not None, bare)
        return None

    def _known(self, code: str) -> str | None:
        """The language of the bot that this is: itself, or one that is written the same."""
        spoken = self._spoken[::-1]
        exact = [each for each in spoken if _base(each) == code]
        alike = [each for each in spoken if base_language(each) == base_language(code)]
        return (exact or alike or [None])[-1]


def _cuts(words: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each run of one to three words with what stands before and after it, longer runs first."""
    for length in range(min(_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            end = start + length
            yield " ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:])


# --- Names ----------------------------------------------------------------------------------


def _base(code: str) -> str:
    return code.partition("-")[0].lower()


def _own_names(code: str) -> Iterator[str]:
    """Of a language and its variety, the plainer one first: ``norsk``, ``norsk bokmål``."""
    if code == "nb":
        yield from _own_names("no")
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return
    if name := locale.get_display_name(locale):
        yield name
    if locale.territory and (name := _names(locale).get(locale.language)):
        yield name


def _names(speaker: Locale) -> dict[str, str]:
    """Languages by code, as the speaker of one of them calls them."""
    return cast("dict[str, str]", speaker.languages)


@cache
def _codes() -> dict[str, str]:
    """Languages (two letters) by the names and cases they have in our five.

    Names of several words, and of three letters, are too seldom meant by them.
    """
    found = {"bokmål": "nb", "norsk bokmål": "nb", "norwegian bokmål": "nb", "nynorsk": "nn"}
    for speaker in LANGUAGES:
        for code, name in _names(Locale(speaker)).items():
            word = plain(name)
            if len(code) == 2 and len(word) > 3 and " " not in word:
                for form in (word, *_cases(word, speaker)):
                    found.setdefault(form, code)
    return found


@cache
def _cased() -> frozenset[str]:
    """The names that do not stand by themselves."""
    alone = {plain(name) for speaker in LANGUAGES for name in _names(Locale(speaker)).values()}
    return frozenset(_codes().keys() - alone - {"bokmål", "nynorsk"})


def _cases(name: str, speaker: str) -> Iterator[str]:
    """What becomes of a name in "in English" and "to English"."""
    if speaker == "uk" and name.endswith("а"):
        yield from (f"{name[:-1]}ою", f"{name[:-1]}у", f"{name[:-1]}ій", f"по {name[:-1]}и")
    elif speaker == "ru" and name.endswith("ий"):
        yield from (f"по {name[:-1]}", f"{name[:-2]}ом")


_NATIVE = frozenset(("english", "norsk", "bokmål", "svenska", "українська", "русский"))
