"""What a language says about days and hours, as its table of words writes it down.

A phrase is lower case; several stand between commas. In a sentence, ``{weekday}`` stands for any
weekday, ``[on]`` may be missing, ``at|by`` is either. Accents and apostrophes matter to nobody:
people leave them out.

========== ============================================================================
{weekday}  a weekday                       {month}  a month
{day}      of a month: 5, 5th, fifth       {nth}    5th, 5.     {ordinal}  fifth     {number}  5
{year}     2027                            {n}      how many: 3, three
{unit}     day, week, hour …               {span}   next week, this month …
{frame}    {span}, a month, "the week"     {date}   05.05.2027, 2027-05-05
{short}    5/5, 5.5                        {to}     to, until, -
{hour}     5, five                         {time}   {hour}, or 17:30, 17.30, 1730
{clock}    17:30                           {minutes} 10, ten, quarter
{dial}     4:30 in one word               {holiday} Christmas Eve
{part}     of a day: morning, evening      {exact}  noon, midnight
========== ============================================================================

What stands twice in a sentence has a 2 the second time: ``{day} {to} {day2} {month}``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["minute", "hour", "day", "week", "weekend", "month", "year"]
Part = Literal["early", "morning", "forenoon", "midday", "afternoon", "evening", "late", "night"]
Half = Literal["am", "pm"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """One language. The names of days and months that Unicode knows are there by themselves."""

    code: str
    month_first: tuple[str, ...] = ()  # places that write 12/31

    weekdays: tuple[str, ...]  # Monday first: other forms than Unicode's
    short_weekdays: tuple[str, ...] = ("",) * 7  # taken only where nothing else is said
    months: tuple[str, ...] = ("",) * 12  # January first: other forms than Unicode's
    numbers: dict[int, str]
    counts: dict[int, str]  # only said of how many: a couple of
    ordinals: dict[int, str]  # of days in a month
    hours: dict[int, str] = field(default_factory=dict[int, str])  # forms only clocks have
    minutes: dict[int, str]
    units: dict[Unit, str]

    near: dict[int, str]  # days from today
    holidays: dict[str, str]  # that have the same day each year: 12-24
    spans: dict[tuple[Unit, int], str]  # weeks, weekends, months and years from this one
    bare_spans: dict[Unit, str]  # "the week", where only its end is meant
    parts: dict[Part, str]
    bare_parts: dict[Part, str]  # taken only beside a day or an hour
    joined_parts: dict[Part, str] = field(default_factory=dict[Part, str])  # after a weekday
    today_parts: dict[Part, str]  # tonight
    exact: dict[str, str]  # 12:00
    dial: dict[str, str] = field(default_factory=dict[str, str])  # 4:30 in one word
    halves: dict[Half, str] = field(default_factory=dict[Half, str])

    to: str  # 5 TO 8 May
    start: str  # FROM 5 to 8 May
    between: tuple[str, str]  # BETWEEN Monday AND Wednesday
    negations: str  # NOT on Monday
    fillers: str  # say nothing: please
    following: str  # may follow an hour in a sentence; any other word would be what is counted
    never: tuple[str, ...]  # sentences that look like dates and are none

    days: dict[str, tuple[str, ...]]  # by the names of `runtime.core.dates.days.MEANINGS`
    clocks: dict[str, tuple[str, ...]]  # by the names of `runtime.core.dates.clocks.MEANINGS`
