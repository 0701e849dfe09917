"""Sentences with gaps (``next {weekday}``) and finding them among tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from runtime.core.dates.tokens import Token, tokens

Found = tuple[Any, int]  # what a gap was filled with, and the token after it
Values = dict[str, Any]  # by the name of the gap


class Phrases:
    """Phrases of one or more words, each with what it means."""

    def __init__(self, meanings: Mapping[str, Any]) -> None:
        """``meanings``: by phrases between commas; the first to claim a phrase keeps it."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, Any]]] = {}
        for phrases, meaning in meanings.items():
            for phrase in phrases.split(","):
                words = texts_of(phrase)
                if words:
                    entry = (words, phrase.strip().casefold(), meaning)
                    self._by_first.setdefault(words[0], []).append(entry)
        for same_start in self._by_first.values():
            same_start.sort(key=lambda each: -len(each[0]))

    def at(self, said: Sequence[Token], place: int) -> list[Found]:
        """What the words at ``place`` may mean, the longest phrase first."""
        if place >= len(said):
            return []
        written = said[place].written
        found = [
            (meaning, place + len(words), phrase == written)
            for words, phrase, meaning in self._by_first.get(said[place].text, ())
            if _stands(words, said, place)
        ]
        if len(found) > 1:
            found.sort(key=lambda each: (-each[1], not each[2]))
        return [(meaning, after) for meaning, after, _ in found]

    @property
    def starts(self) -> frozenset[str]:
        """The words with which its phrases begin."""
        return frozenset(self._by_first)


def texts_of(phrase: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens(phrase))


def _stands(words: Sequence[str], said: Sequence[Token], place: int) -> bool:
    if len(words) == 1:
        return True
    following = said[place : place + len(words)]
    return len(following) == len(words) and all(
        token.text == word for token, word in zip(following, words, strict=True)
    )


class Gaps(Protocol):
    """What may fill a gap of a given name."""

    def fill(self, gap: str, said: Sequence[Token], place: int) -> list[Found]: ...


class Step(NamedTuple):
    """One word of a sentence, or a gap; ``optional``: it may be missing."""

    gap: str | None
    name: str
    words: frozenset[str]
    optional: bool


class Sentence:
    """A sentence with gaps, ready to be looked for."""

    def __init__(self, written: str) -> None:
        self.steps = tuple(_step(part) for part in written.split())

    def at(self, said: Sequence[Token], place: int, gaps: Gaps) -> tuple[Values, int] | None:
        """What fills the gaps where the sentence stands at ``place``, and the token after it."""
        return next(_rest(self.steps, said, place, gaps), None)

    @property
    def beginnings(self) -> tuple[Step, ...]:
        """The steps it may begin with: the first that may not be missing, and those before."""
        optional = next((n for n, step in enumerate(self.steps) if not step.optional), 0)
        return self.steps[: optional + 1]


def _step(part: str) -> Step:
    optional = part.startswith("[")
    part = part.strip("[]")
    if part.startswith("{"):
        name = part.strip("{}")
        return Step(name.rstrip("2"), name, frozenset(), optional)
    words = frozenset(text for word in part.split("|") for text in texts_of(word))
    return Step(None, part, words, optional)


def _rest(
    steps: Sequence[Step], said: Sequence[Token], place: int, gaps: Gaps
) -> Iterator[tuple[Values, int]]:
    """The ways in which ``steps`` stand at ``place``, the one that takes most first."""
    if not steps:
        yield {}, place
        return
    step, *others = steps
    if place < len(said):
        if step.gap:
            for value, after in gaps.fill(step.gap, said, place):
                for values, end in _rest(others, said, after, gaps):
                    yield {step.name: value, **values}, end
        elif said[place].text in step.words:
            yield from _rest(others, said, place + 1, gaps)
    if step.optional:
        yield from _rest(others, said, place, gaps)
