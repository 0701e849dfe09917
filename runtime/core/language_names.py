"""What languages are called, and which of them a visitor's sentence asks for.

Names come from Unicode's tables (`language_table`): in our five languages, and in each of a bot's
own. Words are compared as `plain` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from runtime.core.language_table import own_names, table
from runtime.core.language_wishes import AFTER, BEFORE
from runtime.core.phrases import base_language, plain

LONGEST = 60  # characters: a longer text asks for more than a language
_WORDS = 3  # of the longest form of a name
_NATIVE = frozenset(("english", "norsk", "bokmål", "svenska", "українська", "русский"))


def own_name(code: str) -> str:
    """What a language calls itself, as a button shows it: ``Svenska``."""
    name = next(iter(own_names(code)), code)
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
        own = {plain(name): _base(code) for code in spoken for name in own_names(code)}
        self._spoken = spoken
        self._codes = table().codes | own
        self._cased = table().cased
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


def _base(code: str) -> str:
    return code.partition("-")[0].lower()
