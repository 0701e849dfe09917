"""What a text says of days and hours, each mention by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from runtime.core.contract import Value
from runtime.core.dates import clocks, days
from runtime.core.dates.clocks import Clock, between, in_half
from runtime.core.dates.days import Day, Days, Fixed
from runtime.core.dates.gaps import Filler
from runtime.core.dates.patterns import Phrases, Sentence, Values
from runtime.core.dates.table import Rule, Table
from runtime.core.dates.tokens import Token


class Mention(Value, frozen=True):
    """One thing said, at the tokens from ``start`` to before ``end``.

    ``weak``: taken only beside another or where nothing else is said, as "Sat" or "5.5".
    ``counting``: a number that may count whatever word follows, as "at 5". ``instead``: the time
    a date such as 10.12 may be. ``wrong``: it contradicts itself, as a Friday that is none.
    """

    start: int
    end: int
    day: Day | None = None
    clock: Clock | None = None
    weak: bool = False
    counting: bool = False
    wrong: bool = False
    instead: Clock | None = None


_RANGES = ("between", "surely between", "bare between")
_NOTHING = Mention(0, 0)  # "at 7 to 4 people" is no range
_COUNTING = (
    "at",
    "between",
    "after",
    "before",
    "day of month",
    "surely between",
    "weekday and day",
    "days of month",
    "for",
)
_WEAK = (
    "bare between",
    "bare half",
    "bare part",
    "bare time",
    "bare past",
    "bare day",
    "bare days",
    "for",
)

_WANTED = {
    "day": (Rule("days", "bare day", Sentence("{day}")),
            Rule("days", "bare days", Sentence("{day} {to} {day2}"))),
    "time": (Rule("clocks", "bare time", Sentence("{time}")),
             Rule("clocks", "bare past", Sentence("{hour} {minutes}"))),
    None: (),
}  # fmt: skip


class Finder:
    """Finds the mentions in one text; ``wanted``: what a bare number or 10.12 would be."""

    def __init__(
        self,
        said: Sequence[Token],
        spoken: Table,
        filler: Filler,
        now: datetime,
        wanted: str | None,
    ) -> None:
        self.table, self.filler, self.now = spoken, filler, now
        self.bare = _WANTED[wanted]
        self.said = tuple(_without_others(said, spoken, filler))
        self.hidden = any(token.text == "" for token in self.said)

    def mentions(self) -> list[Mention]:
        """All that is said, from left to right, ranges put together."""
        starting: dict[int, Mention] = {}
        for place in reversed(range(len(self.said))):  # what follows decides what "at 5" counts
            longest = self._at(place, starting)
            if longest:
                starting[place] = longest
        found, place = list[Mention](), 0
        while place < len(self.said):
            if place in starting:
                found.append(starting[place])
            place = found[-1].end if place in starting else place + 1
        return self._ranges(found)

    def _at(self, place: int, following: Mapping[int, Mention]) -> Mention | None:
        """The longest mention that begins there."""
        best: Mention | None = None
        for rule in (*self.bare, *self.table.rules(self.said[place])):
            filled = rule.sentence.at(self.said, place, self.filler)
            if filled and rule.about != "never":
                found = self._mention(rule, *filled, place)
                longer = best is None or found.end > best.end
                if longer and found != _NOTHING and not self._counts_things(found, following):
                    best = found
        return best

    def _mention(self, rule: Rule, values: Values, end: int, start: int) -> Mention:
        weak = rule.meaning in _WEAK
        counting = rule.meaning in _COUNTING
        found = Mention(start, end, weak=weak, counting=counting)
        try:
            if rule.about == "clocks":
                return self._clock(found, rule.meaning, values)
            if rule.meaning == "in half an hour":
                values = {"unit": "minute", "n": 30}
            if values.get("unit") in ("hour", "minute"):
                return self._moment(found, rule.meaning, values)
            day = days.MEANINGS[rule.meaning](values, self.now.date())
        except (OverflowError, ValueError):  # past the last year of the calendar
            day = None
        if rule.meaning == "weekday part":
            return replace(found, day=day, clock=clocks.part_of_day(values["weekday_part"][1]))
        if rule.meaning == "weekday and day" and day is None:
            return _NOTHING
        if rule.meaning == "short":
            return self._short(found, day)
        weak = weak or (end - start == 1 and self.said[start].text in self.table.short_weekdays)
        return replace(found, day=day, wrong=day is None, weak=weak)

    def _clock(self, found: Mention, meaning: str, values: Values) -> Mention:
        clock = clocks.MEANINGS[meaning](values)
        if clock is None and meaning in _RANGES:
            return _NOTHING
        if meaning == "today part" and clock:
            return replace(found, clock=clock, day=Fixed(self.now.date(), self.now.date()))
        exact = any(token.kind == "clock" for token in self.said[found.start : found.end])
        weak = found.weak and not (meaning == "bare between" and exact)
        found = replace(found, clock=clock, wrong=clock is None, weak=weak)
        if clock is None or clock.part:
            return found
        for half, after in self.table.halves.at(self.said, found.end):
            clock = in_half(clock, half)
            return replace(
                found, end=after, clock=clock, wrong=clock is None, weak=False, counting=False
            )
        return found

    def _moment(self, found: Mention, meaning: str, values: Values) -> Mention:
        """In two hours: counted on the real clock, so that a night of change counts right."""
        sign = -1 if meaning == "ago" else 1
        amount = timedelta(**{f"{values['unit']}s": sign * values.get("n", 1)})
        then = (self.now.astimezone(UTC) + amount).astimezone(self.now.tzinfo)
        clock = Clock(then.hour * 60 + then.minute)
        return replace(found, day=Fixed(then.date(), then.date()), clock=clock)

    def _short(self, found: Mention, day: Day | None) -> Mention:
        """5.5 is anything; 05.05 and "on 5.5" are hardly anything but a day."""
        token = next(t for t in self.said[found.start : found.end] if t.kind == "short")
        exact = len(token.text) == 5 and ("/" in token.text or self.table.words.code != "en")
        weak = not exact and found.end - found.start == 1
        weekday = any(self.table.weekdays.at(self.said, n) for n in range(found.start, found.end))
        times = [] if weekday else self.filler.fill("time", (token,), 0)
        instead = times[0][0] if times else None
        return replace(found, day=day, wrong=day is None, weak=weak, instead=instead)

    def _counts_things(self, mention: Mention, others: Mapping[int, Mention]) -> bool:
        """Whether "at 5" is followed by what there are five of."""
        if not mention.counting or mention.end >= len(self.said) or mention.end in others:
            return False
        following = self.said[mention.end]
        table = self.table
        known = (table.following, table.fillers, table.to, table.between_and, table.negations)
        return following.kind != "mark" and not any(
            phrases.at(self.said, mention.end) for phrases in known
        )

    # Ranges ---------------------------------------------------------------------------------

    def _ranges(self, found: list[Mention]) -> list[Mention]:
        joined: list[Mention] = []
        for mention in found:
            whole = self._range(joined[-1], mention) if joined else None
            if whole:
                joined[-1] = whole
            else:
                joined.append(mention)
        return joined

    def _range(self, first: Mention, last: Mention) -> Mention | None:
        """Both as one, where "from … to …" or "between … and …" stands around them."""
        gap = range(first.end, last.start)
        joining = self._covered(gap, self.table.to, self.table.fillers, self.table.start)
        if not (joining and gap and any(self.table.to.at(self.said, n) for n in gap)):
            before = first.start > 0 and self.table.between.at(self.said, first.start - 1)
            if not (before and gap and self._covered(gap, self.table.between_and)):
                return None
        whole = Mention(first.start, last.end, weak=first.weak and last.weak)
        if first.day and last.day and not (first.clock or last.clock):
            if isinstance(first.day, Days) or isinstance(last.day, Days):
                return None
            return replace(whole, day=Days(first.day, last.day))
        if first.clock and last.clock and not (first.day or last.day or first.clock.part):
            clock = None if last.clock.part else between(first.clock, last.clock)
            return replace(whole, clock=clock, wrong=clock is None)
        return None

    def _covered(self, places: range, *by: Phrases) -> bool:
        """Whether nothing but these phrases and marks stands there."""
        place = places.start
        while place < places.stop:
            ends = [after for phrases in by for _, after in phrases.at(self.said, place)]
            if not ends and self.said[place].kind != "mark":
                return False
            place = max(ends, default=place + 1)
        return True

    # Around the mentions --------------------------------------------------------------------

    def nothing_else(self, mentions: Sequence[Mention]) -> bool:
        """Whether the text holds nothing but these mentions and words that say nothing."""
        table = self.table
        begun = 0
        for mention in [*mentions, Mention(len(self.said), len(self.said))]:
            silent = (table.fillers, table.start, table.between, table.to)
            if not self._covered(range(begun, mention.start), *silent):
                return False
            begun = mention.end
        return True

    def beside(self, mention: Mention, others: Sequence[Mention]) -> bool:
        """Whether one of the others stands right before or behind it.

        "For 5" must stand behind: "a table for 5 tomorrow" says nothing of five o'clock.
        """
        for other in others:
            if mention.counting and other.start > mention.start:
                continue
            first, last = sorted((mention, other), key=lambda each: each.start)
            gap = range(first.end, last.start)
            if other is not mention and len(gap) <= 2 and self._covered(gap, self.table.fillers):
                return True
        return False

    def denied(self, mention: Mention) -> bool:
        """Whether "not" stands before it."""
        return any(
            after in (mention.start, mention.start - 1)
            and self._covered(range(after, mention.start), self.table.fillers, self.table.start)
            for place in range(max(0, mention.start - 4), mention.start)
            for _, after in self.table.negations.at(self.said, place)
        )


def _without_others(said: Sequence[Token], spoken: Table, filler: Filler) -> Iterator[Token]:
    """The tokens, those taken out of which look like a date and are none: "good morning"."""
    hidden = 0
    for place, token in enumerate(said):
        for rule in spoken.rules(token):
            filled = rule.sentence.at(said, place, filler) if rule.about == "never" else None
            if filled:
                hidden = max(hidden, filled[1])
        yield token._replace(kind="other", text="") if place < hidden else token
