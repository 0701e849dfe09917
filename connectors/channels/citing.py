"""Sources as lines under a text, for channels without marks that open. Pure.

`` [1] Refund policy, p. 3: https://… ``, in the language of the text. Where all of it is too long,
addresses go first, then the ends of titles; every number keeps its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from runtime.core.contract import Citation
from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in

ROOM: Final = 1000  # characters for all of the lines
SHORT_ROOM: Final = 160  # of a channel that pays by the character

_PAGE: Final = {"en": "p.", "nb": "s.", "sv": "s.", "uk": "с.", "ru": "с."}
_STEPS: Final = ((80, True), (80, False), (40, False))  # longest title, with its address
_SHORT_STEPS: Final = ((40, False), (20, False))
_CYRILLIC, _NORDIC = re.compile("[а-я]", re.IGNORECASE), re.compile("[åæøäö]", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+\Z", re.IGNORECASE)


def lines(citations: Sequence[Citation], text: str, words: Callable[[str], str] = str) -> str:
    """One line a source; ``words`` makes a title safe for the channel."""
    return _fitting(citations, text, words, "\n", _STEPS, ROOM)


def short(citations: Sequence[Citation], text: str) -> str:
    """All sources in one line, without addresses."""
    return _fitting(citations, text, str, "; ", _SHORT_STEPS, SHORT_ROOM)


def page(citation: Citation, language: str) -> str:
    return "" if citation.page is None else f"{_PAGE[language]} {citation.page}"


def _fitting(
    citations: Sequence[Citation],
    text: str,
    words: Callable[[str], str],
    between: str,
    steps: Sequence[tuple[int, bool]],
    room: int,
) -> str:
    """As much as there is room for; the last step is taken whatever its length."""
    language = _language(text)
    found = ""
    for longest, addressed in steps:
        shown = _shown(citations, language, longest, words, addressed=addressed)
        found = between.join(shown)
        if len(found) <= room:
            break
    return found


def _shown(
    citations: Sequence[Citation],
    language: str,
    longest: int,
    words: Callable[[str], str],
    *,
    addressed: bool,
) -> Iterator[str]:
    """Passages of one page are one source with several numbers."""
    numbers: dict[tuple[str, int | None, str | None], str] = {}
    for each in citations:
        place = (each.title, each.page, each.url)
        numbers[place] = f"{numbers.get(place, '')}[{each.number}]"
    for (title, number, url), marks in numbers.items():
        name = words(_cut(" ".join(title.split()), longest))
        where = page(Citation(0, title, page=number), language)
        source = f"{marks} {', '.join(part for part in (name, where) if part)}"
        linked = addressed and url and _WEB.match(url)
        yield f"{source}: {url}" if linked else source


def _language(text: str) -> str:
    """What a few words do not tell, their letters may."""
    guessed = {"uk": _CYRILLIC, "nb": _NORDIC}
    by_letters = (language for language, letters in guessed.items() if letters.search(text))
    return written_in(text, LANGUAGES, "en") or next(by_letters, "en")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
