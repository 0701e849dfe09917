"""What may fill the gaps of a language's sentences: a weekday, a number, an hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from runtime.core.dates.clocks import Clock
from runtime.core.dates.days import Fixed, month_of, real, span
from runtime.core.dates.patterns import Found
from runtime.core.dates.table import Table
from runtime.core.dates.tokens import Token


class Filler:
    """What may fill the gaps of a sentence, said on a day and in a place (BCP 47)."""

    def __init__(self, spoken: Table, today: date, place: str) -> None:
        self.table, self.today = spoken, today
        self.month_first = place in spoken.words.month_first
        self.asked = 0  # how often a gap was tried
        self._by_gap: Mapping[str, Callable[[Sequence[Token], int], list[Found]]] = {
            "weekday": spoken.weekdays.at, "month": spoken.months.at, "near": spoken.near.at,
            "unit": spoken.units.at, "part": spoken.parts.at, "exact": spoken.exact.at,
            "half": spoken.halves.at, "to": spoken.to.at, "day": self._day, "nth": self._nth,
            "ordinal": spoken.ordinals.at,
            "number": self._number, "holiday": spoken.holidays.at,
            "weekday_part": spoken.weekday_parts.at,
            "n": self._count, "year": self._year, "span": self._span, "frame": self._frame,
            "date": self._date, "short": self._short, "hour": self._hour, "time": self._time,
            "clock": self._clock, "minutes": self._minutes, "dotted": self._dotted,
            "dial": self._dial, "bare_part": spoken.bare_parts.at,
            "today_part": spoken.today_parts.at,
        }  # fmt: skip

    def fill(self, gap: str, said: Sequence[Token], place: int) -> list[Found]:
        self.asked += 1
        return self._by_gap[gap](said, place) if place < len(said) else []

    # Numbers --------------------------------------------------------------------------------

    def _day(self, said: Sequence[Token], place: int) -> list[Found]:
        written = [*self._nth(said, place), *self._number(said, place)]
        words = (self.table.ordinals, self.table.numbers)
        return written + [each for of in words for each in _up_to(31, of.at(said, place))]

    def _nth(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        if token.kind == "ordinal" and 1 <= token.value <= 31:
            return [(token.value, place + 1)]
        if token.kind == "number" and _fits(token, 1, 31, digits=2) and _dotted(said, place):
            return [(token.value, place + 2)]
        return []

    def _number(self, said: Sequence[Token], place: int) -> list[Found]:
        days = said[place].kind == "number" and _fits(said[place], 1, 31, digits=2)
        return [(said[place].value, place + 1)] if days else []

    def _count(self, said: Sequence[Token], place: int) -> list[Found]:
        if said[place].kind == "number":
            return [(said[place].value, place + 1)] if _fits(said[place], 1, 999, digits=3) else []
        return self.table.counts.at(said, place)

    def _year(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        years = token.kind == "number" and _fits(token, 1900, 2199, digits=4)
        return [(token.value, place + 1)] if years else []

    def _minutes(self, said: Sequence[Token], place: int) -> list[Found]:
        if said[place].kind == "number":
            return [(said[place].value, place + 1)] if _fits(said[place], 1, 59, digits=2) else []
        return _up_to(59, self.table.minutes.at(said, place))

    # Days -----------------------------------------------------------------------------------

    def _span(self, said: Sequence[Token], place: int) -> list[Found]:
        found = self.table.spans.at(said, place)
        try:
            return [(span(unit, offset, self.today), after) for (unit, offset), after in found]
        except (OverflowError, ValueError):  # past the last year of the calendar
            return []

    def _frame(self, said: Sequence[Token], place: int) -> list[Found]:
        bare = self.table.bare_spans.at(said, place)
        found = [*self._span(said, place), *((span(u, 0, self.today), after) for u, after in bare)]
        for month, after in self.table.months.at(said, place):
            years = self.fill("year", said, after)
            found += [(month_of(month, year, self.today), end) for year, end in years]
            found.append((month_of(month, None, self.today), after))
        return found

    def _date(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        if token.kind != "day":
            return []
        year, first, second, year_first = token.value
        if year < 100:  # 87 was, 27 will be
            year += 2000 if year <= self.today.year % 100 + 30 else 1900
        in_order = year_first or (self._months_first(token) and first <= 12)
        month, day = (first, second) if in_order else (second, first)
        found = real(year, month, day) or (self._other_way(token) and real(year, day, month))
        return [(Fixed(found, found), place + 1)] if found else []

    def _short(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        if token.kind != "short":
            return []
        first, second = token.value
        month, day = (first, second) if self._months_first(token) else (second, first)
        if not real(2024, month, day) and self._other_way(token):
            month, day = day, month
        after = place + 2 if _dotted(said, place) else place + 1
        return [((month, day), after)] if real(2024, month, day) else []

    def _months_first(self, token: Token) -> bool:
        """12/31 is American; a date with points or dashes is not."""
        return self.month_first and "/" in token.text

    def _other_way(self, token: Token) -> bool:
        """Whether 5/13 may be read as May: English is written both ways, the others are not."""
        return self.table.words.code == "en" and "." not in token.text

    # Clocks ---------------------------------------------------------------------------------

    def _hour(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        if token.kind == "number":
            if not _fits(token, 0, 24, digits=2):
                return []
            dial = token.text[0] != "0" and token.value <= 12
            return [(Clock(token.value % 24 * 60, dial=dial), place + 1)]
        if token.kind == "ordinal" and token.text.endswith(("й", "Й")) and token.value <= 24:
            return [(Clock(token.value % 24 * 60, dial=token.value <= 12), place + 1)]
        return [(Clock(h * 60, dial=True), after) for h, after in self.table.hours.at(said, place)]

    def _dial(self, said: Sequence[Token], place: int) -> list[Found]:
        return [(Clock(m, dial=True), after) for m, after in self.table.dial.at(said, place)]

    def _time(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        if token.kind == "number" and len(token.text) in (3, 4):
            return _read_clock(divmod(token.value, 100), token.text, place)
        return self._clock(said, place) or self._dotted(said, place) or self._hour(said, place)

    def _clock(self, said: Sequence[Token], place: int) -> list[Found]:
        token = said[place]
        return _read_clock(token.value, token.text, place) if token.kind == "clock" else []

    def _dotted(self, said: Sequence[Token], place: int) -> list[Found]:
        """17.30, as clocks are written in the north."""
        token = said[place]
        if token.kind != "short" or len(token.text.partition(".")[2]) != 2:
            return []
        return _read_clock(token.value, token.text, place)


def _read_clock(written: tuple[int, int], text: str, place: int) -> list[Found]:
    """Without a zero before the hour, 5:30 may be on a dial."""
    hour, minute = written
    if minute > 59 or (hour > 23 and (hour, minute) != (24, 0)):
        return []
    dial = text[0] != "0" and 1 <= hour <= 12
    return [(Clock(hour % 24 * 60 + minute, dial=dial), place + 1)]


def _fits(token: Token, low: int, high: int, *, digits: int) -> bool:
    return low <= token.value <= high and len(token.text) <= digits


def _up_to(high: int, found: list[Found]) -> list[Found]:
    return [each for each in found if each[0] <= high]


def _dotted(said: Sequence[Token], place: int) -> bool:
    """Whether the number is written "5."."""
    following = said[place + 1 : place + 2]
    return bool(following) and following[0].text == "." and following[0].start == said[place].end
