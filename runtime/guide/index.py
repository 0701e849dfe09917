"""Which known texts go on from what somebody is typing. Pure.

The words typed may stand in any order and be beginnings of words; accents do not matter. A word
that begins none is also taken with one mistake in it: a letter too much, too few, another, or two
swapped.
"""

from __future__ import annotations

import heapq
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from runtime.core.likeness import words as words_of

MOST_WORDS = 12  # of what is typed that are looked at
LONGEST_WORD = 24  # letters in which a mistake is looked for
MISTAKES_FROM = 4  # letters: shorter words are like too many others
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})


class Known(NamedTuple):
    """A text to suggest. ``language`` None: to everybody. Those of a lower ``rank`` come first."""

    text: str
    language: str | None
    rank: int
    asked: int = 0  # by how many people


class _Entry(NamedTuple):
    text: str
    folded: str
    language: str | None
    order: tuple[int, int, int]


class Index:
    """Texts to suggest, each once; of texts that differ in nothing but marks the first counts."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._entries: list[_Entry] = []
        self._places: dict[str, list[int]] = {}
        seen: set[tuple[str, str | None]] = set()
        for one in sorted(known, key=lambda one: (one.rank, -one.asked)):
            own = folded(one.text)
            key = " ".join(own), one.language
            if not own or key in seen or (key[0], None) in seen:
                continue
            seen.add(key)
            for word in dict.fromkeys(own):
                self._places.setdefault(word, []).append(len(self._entries))
            order = (one.rank, -one.asked, len(one.text))
            self._entries.append(_Entry(one.text, key[0], one.language, order))
        self._words = sorted(self._places)
        self._letters = sorted({letter for word in self._words for letter in word})

    def __len__(self) -> int:
        return len(self._entries)

    def suggest(self, typed: str, languages: Collection[str], most: int) -> list[str]:
        """At most ``most``, the best first: those that begin so, then those worth more."""
        asked = folded(typed)[:MOST_WORDS]
        if not asked:
            return []
        found: set[int] | None = None
        for word in sorted(set(asked), key=len, reverse=True):
            places = self._begun(word)
            found = places if found is None else found & places
            if not found:
                return []
        begun, same = " ".join(asked), typed.strip().casefold()
        spoken = (None, *languages)
        fitting = [
            one for one in map(self._entries.__getitem__, found or ()) if one.language in spoken
        ]
        best = heapq.nsmallest(
            most + 1, fitting, key=lambda one: (not one.folded.startswith(begun), one.order)
        )
        return [one.text for one in best if one.text.casefold() != same][:most]

    def _begun(self, word: str) -> set[int]:
        """Where words stand that begin so; with a mistake only where there are no others."""
        words = list(self._from(word))
        if not words and MISTAKES_FROM <= len(word) <= LONGEST_WORD:
            words = {end for other in self._mistaken(word) for end in self._from(other)}
        return {place for each in words for place in self._places[each]}

    def _from(self, beginning: str) -> Iterator[str]:
        for at in range(bisect_left(self._words, beginning), len(self._words)):
            if not self._words[at].startswith(beginning):
                return
            yield self._words[at]

    def _mistaken(self, word: str) -> Iterator[str]:
        """What may have been meant; the first letter is right."""
        for at in range(1, len(word)):
            before, here, after = word[:at], word[at], word[at + 1 :]
            yield before + after
            if after:
                yield before + after[0] + here + after[1:]
            for letter in self._letters:
                yield before + letter + after
                yield before + letter + here + after


def folded(text: str) -> list[str]:
    """The words of a text as they are compared: small letters without marks."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return words_of(bare)
