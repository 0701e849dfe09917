"""What is known of a contact, as a model may read it: numbered after the passages, with its date.

A fact is data like a passage and proved like one; instead of a page it names the day it was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from connectors.ai import Remembered
from connectors.ai.guards import as_data, masked, without_orders
from runtime.core.effects.knowledge import Passage
from runtime.core.likeness import telling
from runtime.core.phrases import LANGUAGES, base_language, phrase
from runtime.core.tongues import written_in

LONGEST = 400  # characters of one
MOST = 12
SURE, READ = 1.0, 0.9  # scores: of what a person wrote down, and of what was read out of a talk

_PHRASES: Final = {"fact": "ai_told", "relation": "ai_told", "promise": "ai_promised"}


class Known(msgspec.Struct, frozen=True):
    """A fact, and the same as a source of statements."""

    fact: Remembered
    source: Passage


def of_contact(
    known: Sequence[Remembered], question: str, language: str, now: datetime
) -> list[Known]:
    """Those that may be told, corrected ones first."""
    fit = [one for one in known if _may_be_told(one, question, language)]
    fit = sorted(fit, key=lambda one: not one.corrected)[:MOST]
    return [Known(one, _passage(one, language, now)) for one in fit]


def numbered(known: Sequence[Known], first: int) -> str:
    """As the model reads them; ``first`` is the number of the first."""
    return "\n".join(_tagged(number, one) for number, one in enumerate(known, first))


def _tagged(number: int, known: Known) -> str:
    one, text = known.fact, known.source.text
    more = ' corrected="yes"' if one.corrected else ""
    due = f' due="{one.due:%Y-%m-%d}"' if one.due else ""
    said = f'said="{one.said_at:%Y-%m-%d}"'
    return f'<fact n="{number}" kind="{one.kind}" {said}{due}{more}>{as_data(text)}</fact>'


def _passage(one: Remembered, language: str, now: datetime) -> Passage:
    key = "ai_noted" if one.corrected and one.kind != "promise" else _PHRASES[one.kind]
    title = phrase(key, language, date=_day(one.said_at, language, now))
    score = SURE if one.corrected else READ
    text = without_orders(one.text)[:LONGEST].strip()
    return Passage("", f"fact:{one.id}", title, text, score)


def _day(said_at: datetime, language: str, now: datetime) -> str:
    """Such as ``3. mars``, with the year where it is not this one's."""
    try:
        locale = Locale.parse(base_language(language))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    if said_at.year == now.year:
        return format_skeleton("MMMMd", said_at, locale=locale)
    return format_date(said_at, "long", locale=locale)


def _may_be_told(one: Remembered, question: str, language: str) -> bool:
    """Not with a number or address that stays here, nor a promise that nobody asks about."""
    text = without_orders(one.text)
    if not text.strip() or masked(text).hidden:
        return False
    if one.kind != "promise" or written_in(text, LANGUAGES, language):
        return True  # words of another language can't be compared: the model is told to
    return bool(set(telling(question)) & set(telling(text)))
