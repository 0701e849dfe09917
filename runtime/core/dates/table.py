"""A language's table made ready: its sentences by their first words, and what fills their gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from babel import Locale

from runtime.core.dates.patterns import Phrases, Sentence
from runtime.core.dates.tokens import Token
from runtime.core.dates.words import Part, Words

_WRITTEN: Final = frozenset(
    {
        "date", "short", "clock", "dotted", "time", "hour", "minutes", "day", "nth", "number",
        "n", "year",
    }
)  # gaps that a number may fill  # fmt: skip


class Rule(NamedTuple):
    """A sentence with the name of its meaning; ``about``: days, clocks, or never a date."""

    about: str
    meaning: str
    sentence: Sentence


class Table:
    """One language, compiled once."""

    def __init__(self, words: Words) -> None:
        self.words = words
        names = Locale(words.code)
        short = _by_weekday(names, ("abbreviated",), words.short_weekdays)
        self.weekdays = Phrases(_by_weekday(names, ("wide",), words.weekdays) | short)
        self.short_weekdays = (
            Phrases(short).starts - Phrases(_by_weekday(names, ("wide",), words.weekdays)).starts
        )
        self.months = Phrases(_by_month(names, words.months))
        self.numbers = Phrases(_turned(words.numbers))
        self.counts = Phrases({**_turned(words.counts), **_turned(words.numbers)})
        self.ordinals = Phrases(_turned(words.ordinals))
        hours = {**_turned(words.hours), **_turned(_first(words.numbers, 12))}
        self.hours = Phrases(hours)
        self.minutes = Phrases({**_turned(words.minutes), **_turned(words.numbers)})
        self.near = Phrases(_turned(words.near))
        self.units = Phrases(_turned(words.units))
        self.holidays = Phrases({s: _month_day(d) for d, s in words.holidays.items()})
        self.weekday_parts = Phrases(_joined_words(names, words.joined_parts))
        self.spans = Phrases(_turned(words.spans))
        self.bare_spans = Phrases(_turned(words.bare_spans))
        self.parts = Phrases(_turned(words.parts))
        self.bare_parts = Phrases(_turned(words.bare_parts))
        self.today_parts = Phrases(_turned(words.today_parts))
        self.exact = Phrases({said: _minutes(at) for at, said in words.exact.items()})
        self.dial = Phrases({said: _minutes(at) for at, said in words.dial.items()})
        self.halves = Phrases(_turned(words.halves))
        self.to = Phrases({f"{words.to}, -": True})
        self.start = Phrases({words.start: True})
        self.between = Phrases({words.between[0]: True})
        self.between_and = Phrases({words.between[1]: True})
        self.negations = Phrases({words.negations: True})
        self.fillers = Phrases({words.fillers: True})
        self.following = Phrases({words.following: True})
        self._by_word: dict[str, list[Rule]] = {}
        self._by_number: list[Rule] = []
        self._sort_rules()

    def rules(self, token: Token) -> Sequence[Rule]:
        """The sentences that may begin with this token."""
        by_word = self._by_word.get(token.text, [])
        return by_word if token.kind in ("word", "mark") else [*by_word, *self._by_number]

    def _sort_rules(self) -> None:
        phrases: dict[str, tuple[Phrases, ...]] = {
            "weekday": (self.weekdays,), "month": (self.months,), "near": (self.near,),
            "day": (self.ordinals, self.numbers), "ordinal": (self.ordinals,),
            "n": (self.counts,), "unit": (self.units,), "span": (self.spans,),
            "frame": (self.spans, self.bare_spans, self.months), "to": (self.to,),
            "hour": (self.hours,), "time": (self.hours,), "minutes": (self.minutes,),
            "part": (self.parts,), "bare_part": (self.bare_parts,), "half": (self.halves,),
            "today_part": (self.today_parts,), "weekday_part": (self.weekday_parts,),
            "holiday": (self.holidays,), "exact": (self.exact,), "dial": (self.dial,),
        }  # fmt: skip
        for rule in self._all_rules():
            words, gaps = set[str](), set[str]()
            for step in rule.sentence.beginnings:
                words |= step.words
                gaps |= {step.gap} if step.gap else set()
            for gap in gaps:
                words = words.union(*(each.starts for each in phrases.get(gap, ())))
            for word in words:
                self._by_word.setdefault(word, []).append(rule)
            if gaps & _WRITTEN:
                self._by_number.append(rule)

    def _all_rules(self) -> Iterator[Rule]:
        own = {
            "near": ("{near}",),
            "weekday": ("{weekday}",),
            "written": ("{date}",),
            "holiday": ("{holiday}",),
            "weekday part": ("{weekday_part}",),
            "weekday and day": ("{weekday} {number}",),
        }
        for written in self.words.never:
            yield Rule("never", "never", Sentence(written))
        for meaning, sentences in _joined(own, self.words.days).items():
            for written in sentences:
                yield Rule("days", meaning, Sentence(written))
        for meaning, sentences in _joined(_CLOCKS, self.words.clocks).items():
            for written in sentences:
                yield Rule("clocks", meaning, Sentence(written))


_CLOCKS: Final = {
    "clock": ("{clock}",),
    "exact": ("{exact}",),
    "dial": ("{dial}",),
    "part time": ("{time} {part}",),
    "half day": ("{time} {half}",),
    "bare between": ("{time} {to} {time2}",),
    "bare time": ("{dotted}",),
    "part": ("{part}",),
    "bare part": ("{bare_part}",),
    "today part": ("{today_part}",),
}


@cache
def table(language: str) -> Table:
    """The table of one of our languages."""
    return Table(import_module(f"runtime.core.dates.languages.{language}").WORDS)


# --- Names and phrases --------------------------------------------------------------------------


def _by_weekday(names: Locale, widths: Sequence[str], own: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, more in enumerate(own):
        known = [names.days[c][w][number] for c in ("format", "stand-alone") for w in widths]
        found[", ".join([*known, more]).replace(".", "")] = number
    return found


def _joined_words(names: Locale, parts: Mapping[Part, str]) -> dict[str, Any]:
    """Words such as "fredagskveld", by weekday and part of the day."""
    found: dict[str, Any] = {}
    for part, endings in parts.items():
        for number, weekday in names.days["format"]["wide"].items():
            joined = [f"{weekday}{s}{end}" for end in endings.split(", ") for s in ("", "s")]
            found[", ".join(joined)] = (number, part)
    return found


def _by_month(names: Locale, own: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, more in enumerate(own, start=1):
        known = [
            names.months[context][width][number]
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
        ]
        found[", ".join([*known, more]).replace(".", "")] = number
    return found


def _turned(meanings: Mapping[Any, str]) -> dict[str, Any]:
    return {phrases: meaning for meaning, phrases in meanings.items()}


def _first(numbers: Mapping[int, str], last: int) -> dict[int, str]:
    return {number: said for number, said in numbers.items() if 1 <= number <= last}


def _month_day(day: str) -> tuple[int, int]:
    month, _, number = day.partition("-")
    return int(month), int(number)


def _minutes(at: str) -> int:
    hour, _, minute = at.partition(":")
    return int(hour) * 60 + int(minute)


def _joined(
    ours: Mapping[str, tuple[str, ...]], theirs: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {
        meaning: (*ours.get(meaning, ()), *theirs.get(meaning, ()))
        for meaning in {**ours, **theirs}
    }
