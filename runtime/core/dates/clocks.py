"""What is said of the time of day: "half past five", "from 2 to 4 pm", "in the evening"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any, Final

from runtime.core.contract import Value
from runtime.core.dates.words import Half, Part

DAY = 24 * 60  # minutes
LAST = DAY - 1

PARTS: Final[dict[Part, tuple[int, int]]] = {
    "early": (6, 9),
    "morning": (6, 12),
    "forenoon": (9, 12),
    "midday": (11, 14),
    "afternoon": (12, 18),
    "evening": (17, 23),
    "late": (18, 24),
    "night": (0, 6),
}
"""From which hour to which; the last minute of the day stands for midnight."""

_SPOKEN: Final[dict[Part, tuple[int, int]]] = {
    "early": (4, 10),
    "morning": (0, 12),  # at 3 in the morning
    "forenoon": (8, 13),
    "midday": (10, 16),
    "afternoon": (12, 19),
    "evening": (16, 24),
    "late": (16, 24),
}
"""The hours people add such a part to, which are more than it has by itself."""


class Clock(Value, frozen=True):
    """A time in minutes after midnight, or from ``start`` to ``end``.

    ``dial``: said as a dial shows it, so it may be twelve hours later. ``part``: nothing but a
    part of the day was said.
    """

    start: int
    end: int | None = None
    dial: bool = False
    part: Part | None = None

    @property
    def times(self) -> tuple[time, time | None]:
        """As times of day; 24:00 is the day's last minute."""
        return _time(self.start), None if self.end is None else _time(self.end)


def _time(minutes: int) -> time:
    return time(*divmod(min(minutes, LAST), 60))


def part_of_day(part: Part) -> Clock:
    start, end = PARTS[part]
    return Clock(start * 60, end * 60, part=part)


def likely(clock: Clock) -> Clock:
    """A time on a dial as it is meant where nobody said which half: from seven to seven."""
    if not clock.dial:
        return clock
    return _later(clock) if clock.start < 7 * 60 else clock


def other_half(clock: Clock) -> Clock | None:
    """The time twelve hours away that the same words may mean."""
    if not clock.dial:
        return None
    away = -DAY // 2 if clock.start >= DAY // 2 else DAY // 2
    start, end = clock.start + away, None if clock.end is None else clock.end + away
    if end is not None and not start < end <= DAY:
        return None
    return Clock(start, end, dial=True)


def _later(clock: Clock) -> Clock:
    start = clock.start + DAY // 2
    end = clock.end
    if end is not None and end <= start:
        end += DAY // 2
    return Clock(start, end, dial=True)


def in_half(clock: Clock, half: Half) -> Clock | None:
    """The time before or after noon; None: "17:30 am"."""
    if not clock.dial:
        right = (clock.start >= DAY // 2) == (half == "pm")
        return clock if right else None
    start, end = _half(clock.start, half), clock.end
    if end is not None:
        end = _half(end, half)
        if start >= end and half == "pm":  # from 10 to 2 pm
            start -= DAY // 2
        if start >= end:
            return None
    return Clock(start, end)


def _half(minutes: int, half: Half) -> int:
    return minutes % (DAY // 2) + (DAY // 2 if half == "pm" else 0)


def in_part(clock: Clock, part: Part) -> Clock | None:
    """The time in a part of the day: 8 in the evening is 20:00; None: 9 am in the evening."""
    first, last = _SPOKEN.get(part) or PARTS[part]
    for choice in (clock, other_half(clock)):
        if choice and first * 60 <= choice.start <= last * 60:
            return Clock(choice.start, choice.end)
    if part == "night" and clock.dial and clock.start % (DAY // 2) >= 9 * 60:  # 11 at night
        return Clock(_half(clock.start, "pm"))
    return None


def narrower(one: Clock, other: Clock) -> Clock | None:
    """Of two parts of the day the one inside the other, as early morning; None: neither is."""
    small, large = sorted((one, other), key=lambda part: (part.end or 0) - part.start)
    inside = large.start <= small.start and (small.end or 0) <= (large.end or 0)
    return small if inside else None


def between(first: Clock, last: Clock) -> Clock | None:
    """From one time to the other: 9 to 5 ends in the afternoon. None: it ends before it begins."""
    if first.end is not None or last.end is not None:
        return None
    if first.dial and not last.dial and last.start > DAY // 2 > first.start:
        later = first.start + DAY // 2
        if first.start < 7 * 60 and later < last.start:
            return Clock(later, last.start)
    if not first.dial or not last.dial:
        end = last.start
        if last.dial and end <= first.start:
            end += DAY // 2
        end = DAY if end == 0 else end
        return Clock(first.start, end) if first.start < end <= DAY else None
    start = first.start
    end = last.start + (DAY // 2 if last.start <= start else 0)
    return Clock(start, end, dial=True) if start < end <= DAY else None


# --- Meanings -------------------------------------------------------------------------------

Said = dict[str, Any]  # what fills the gaps of a sentence


def _at(said: Said, which: str = "") -> Clock | None:
    gaps = ("time", "clock", "hour", "dotted", "dial")
    return next((said[gap + which] for gap in gaps if gap + which in said), None)


def _half_day(said: Said) -> Clock | None:
    clock = _at(said)
    return in_half(clock, said["half"]) if clock else None


def _past(said: Said) -> Clock | None:
    return _off(said["hour"], said.get("minutes", 0))


def _to(said: Said) -> Clock | None:
    return _off(said["hour"], -said.get("minutes", 15))


def _half_past(said: Said) -> Clock | None:
    return _off(said["hour"], 30)


def _half_to(said: Said) -> Clock | None:
    return _off(said["hour"], -30)


def _before_half_to(said: Said) -> Clock | None:
    return _off(said["hour"], -30 - said["minutes"])


def _after_half_to(said: Said) -> Clock | None:
    return _off(said["hour"], -30 + said["minutes"])


def _towards(said: Said) -> Clock | None:
    """As in "a quarter of the fifth", which is 4:15."""
    return _off(said["hour"], -60 + said.get("minutes", 15))


def _off(hour: Clock, minutes: int) -> Clock | None:
    """A time so many minutes off a full hour of the dial."""
    if hour.start % 60 or abs(minutes) >= 60:
        return None
    if not hour.dial:
        return Clock((hour.start + minutes) % DAY)
    return Clock((hour.start + minutes - 60) % (DAY // 2) + 60, dial=True)


def _part_time(said: Said) -> Clock | None:
    clock = _at(said)
    return in_part(clock, said["part"]) if clock else None


def _exact(said: Said) -> Clock:
    return Clock(said["exact"])


def _between(said: Said) -> Clock | None:
    first, last = _at(said), _at(said, "2")
    return between(first, last) if first and last else None


def _after(said: Said) -> Clock:
    return Clock(likely(_at(said) or _exact(said)).start, DAY)


def _before(said: Said) -> Clock | None:
    end = likely(_at(said) or _exact(said)).start
    return Clock(0, end) if end else None


def _part(said: Said) -> Clock:
    return part_of_day(next(iter(said.values())))


MEANINGS: Final[dict[str, Callable[[Said], Clock | None]]] = {
    "at": _at,
    "surely at": _at,
    "for": _at,
    "clock": _at,
    "half day": _half_day,
    "past": _past,
    "to": _to,
    "half past": _half_past,
    "half to": _half_to,
    "before half to": _before_half_to,
    "after half to": _after_half_to,
    "towards": _towards,
    "exact": _exact,
    "dial": _at,
    "part time": _part_time,
    "between": _between,
    "surely between": _between,
    "bare between": _between,
    "bare half": _half_past,
    "bare time": _at,
    "bare past": _past,
    "after": _after,
    "before": _before,
    "part": _part,
    "bare part": _part,
    "today part": _part,
}
"""What a language's sentences about clocks mean, by their name in its table."""
