"""Days and times of day as people write them: "neste tirsdag kl. 17", "in three days".

Pure: the clock comes in as ``now``. The words of each language stand in its table in
``languages/``; ``days`` and ``clocks`` say what their sentences mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final, Literal

from msgspec.structs import replace

from runtime.core.contract import Value
from runtime.core.dates import clocks, last_rung
from runtime.core.dates.clocks import Clock
from runtime.core.dates.days import Window, together
from runtime.core.dates.finding import Finder, Mention
from runtime.core.dates.gaps import Filler
from runtime.core.dates.table import table
from runtime.core.dates.tokens import LOOKED_AT, Token, tokens
from runtime.core.phrases import base_language

Wanted = Literal["day", "time"]

NEIGHBOURS: Final = {
    "en": (),
    "nb": ("sv", "en"),
    "sv": ("nb", "en"),
    "uk": ("ru", "en"),
    "ru": ("uk", "en"),
}
"""Which languages a visitor of a bot in this one may write instead."""


class Reading(Value, frozen=True):
    """What a text says of days and times of day.

    ``first`` and ``last`` are the days, the same where it is one; None: no day is said. ``start``
    and ``end`` are the times; without ``end`` it is one time; a part of the day, such as the
    morning, is its range. ``sure``: the text holds nothing else. ``spans``: where the words stand
    in the text, as (start, end). ``dial``: said as a dial shows it: "at 5" is taken for 17:00, but
    may be `other_half`.
    """

    first: date | None = None
    last: date | None = None
    start: time | None = None
    end: time | None = None
    sure: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    dial: bool = False

    @property
    def one_day(self) -> bool:
        return self.first is not None and self.first == self.last

    @property
    def other_half(self) -> Reading | None:
        """The same with the time twelve hours away, where the words may mean that."""
        clock = clocks.other_half(_clock_of(self)) if self.start else None
        if clock is None:
            return None
        start, end = clock.times
        return replace(self, start=start, end=end)

    def without(self, text: str) -> str:
        """What is left of the text it was read from."""
        for start, end in reversed(self.spans):
            text = f"{text[:start]} {text[end:]}"
        return " ".join(text.split())


def read(text: str, language: str, now: datetime, wanted: Wanted | None = None) -> Reading | None:
    """The days and times in a text; None: there are none, or they contradict each other.

    ``language`` is BCP 47; its region tells 3/4 apart: March in the United States, April
    elsewhere. ``now`` is aware, in the visitor's zone. ``wanted``: what was asked for, so that
    a bare 5 is a day or an hour and "14-16" days or hours.
    """
    base = base_language(language)
    said = tokens(text)
    if base not in NEIGHBOURS:
        return _foreign(text, language, now, wanted)
    finder = _finder(said, base, language, now, wanted)
    found = finder.mentions()
    reading = _read(finder, found)
    if finder.hidden or (found and not reading) or (reading and reading.sure):
        return reading  # "good morning" is no morning in any language
    return _in_neighbours(said, base, now) or reading or _last_rung(text, base, now)


def _in_neighbours(said: tuple[Token, ...], base: str, now: datetime) -> Reading | None:
    """What a text that holds nothing else says in another language of the visitors' part."""
    for neighbour in NEIGHBOURS[base]:
        finder = _finder(said, neighbour, neighbour, now, None)
        reading = _read(finder, finder.mentions(), alone=False)
        if reading and reading.sure:
            return reading
    return None


def _foreign(text: str, language: str, now: datetime, wanted: Wanted | None) -> Reading | None:
    """A text in a language without a table; most people can say a date in English, too."""
    finder = _finder(tokens(text), "en", language, now, wanted)
    reading = _read(finder, finder.mentions())
    if reading and reading.sure:
        return reading
    return _last_rung(text, language.partition("-")[0].lower(), now) or reading


def _finder(
    said: tuple[Token, ...], spoken: str, place: str, now: datetime, wanted: Wanted | None
) -> Finder:
    words = table(spoken)
    return Finder(said, words, Filler(words, now.date(), place), now, wanted)


def _read(finder: Finder, found: list[Mention], *, alone: bool = True) -> Reading | None:
    """What the mentions mean together; ``alone``: a weak one is taken where nothing else is."""
    kept = [each for each in found if not finder.denied(each)]
    sure = bool(kept) and finder.nothing_else(kept)
    if not (sure and alone):
        strong = [each for each in kept if not each.weak]
        kept = [each for each in kept if not each.weak or finder.beside(each, strong)]
        sure = bool(kept) and finder.nothing_else(kept)
    if any(each.clock and not each.counting and not each.clock.part for each in kept):
        kept = [each for each in kept if not each.counting or not each.clock]  # "7 pm, for 4"
    if not kept or any(each.wrong for each in kept):
        return None
    now = finder.now
    meant = _meant(kept, now) or _meant(list(map(_as_time, kept)), now)
    if meant is None:
        return None
    spans = tuple((finder.said[each.start].start, finder.said[each.end - 1].end) for each in kept)
    return _reading(*meant, now, sure=sure, spans=spans)


def _last_rung(text: str, language: str, now: datetime) -> Reading | None:
    found = last_rung.read(text[:LOOKED_AT], language, now, own=language in NEIGHBOURS)
    if found is None:
        return None
    day, start = found.at.date(), found.at.time().replace(second=0, microsecond=0)
    spans = ((0, len(text.rstrip())),)
    return Reading(day, day, start if found.timed else None, sure=True, spans=spans)


def _as_time(mention: Mention) -> Mention:
    """10.12 as the time that it may be."""
    return replace(mention, day=None, clock=mention.instead) if mention.instead else mention


Meant = tuple[Window | None, Clock | None]


def _meant(mentions: Sequence[Mention], now: datetime) -> Meant | None:
    """The day and the time that all mentions mean; None: they contradict."""
    said = [each.day for each in mentions if each.day]
    try:
        days = together(said, now.date()) if said else None
    except (OverflowError, ValueError):  # past the last year of the calendar
        return None
    heard = [each.clock for each in mentions if each.clock]
    clock = _together(heard) if heard else None
    return None if (said and not days) or (heard and not clock) else (days, clock)


def _together(heard: Sequence[Clock]) -> Clock | None:
    """The one time that hours and parts of the day mean."""
    exact = {clock for clock in heard if not clock.part}
    if len(exact) > 1:
        return None
    clock = exact.pop() if exact else None
    for each in heard:
        if each.part is None:
            continue
        if clock is None:
            clock = each
        elif clock.part:
            clock = clocks.narrower(clock, each)
        else:
            clock = clocks.in_part(clock, each.part)
        if clock is None:
            return None
    return clock


def _reading(
    days: Window | None,
    clock: Clock | None,
    now: datetime,
    *,
    sure: bool,
    spans: tuple[tuple[int, int], ...],
) -> Reading:
    first, last = days or (None, None)
    found = Reading(first, last, sure=sure, spans=spans)
    if clock is None:
        return found
    start, end = clocks.likely(clock).times
    found = replace(found, start=start, end=end, dial=clock.dial)
    later = found.other_half
    if days == (now.date(), now.date()) and later and later.start and start < now.time():
        return later if later.start > now.time() else found  # today at 8, said at noon
    return found


def _clock_of(reading: Reading) -> Clock:
    """The time of a reading that has one."""
    start, end = reading.start or time(), reading.end
    minutes = start.hour * 60 + start.minute
    return Clock(minutes, end and end.hour * 60 + end.minute, dial=reading.dial)
