"""How a visitor feels, told by their last words: a small judgement by rules. Pure.

A wrong guess costs little, as it changes the tone and never what is said; still, plain questions
must stay calm. What is merely a report ("it does not work") weighs half.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from connectors.ai import Line
from connectors.ai.mood_words import TABLES, Table
from runtime.core.effects.ai import Mood
from runtime.core.likeness import alike, telling
from runtime.core.phrases import base_language

LOOKED_AT = 1_000  # characters of a message
ENOUGH = 2.0  # points
EARLIER = (1.0, 0.5, 0.25)  # what the newest message weighs, and the two before it
SAME = 0.7  # from here on a question is asked again
SHORT = 4  # words: with so few, a word of thanks is all that is said
SHOUTED = 10  # letters

_ANGRY = re.compile("[😡🤬😠👎💩😤🖕👿]")
_WEARY = re.compile("[😩😫😞😔🙄😒🥱😢😭😣😖☹🙁]|(?<!\\w)[:;=]-?[(\\[]|\\({2,}(?!\\w)")
_SMILE = re.compile(
    "[😊🙂😀😃😄😁😍🥰❤👍🎉🥳😘🤗💪👏🙌]|(?<!\\w)[:;=]-?[)\\]D](?!\\w)|(?<=\\w)\\){2,}(?!\\))"
)
_BREAK = re.compile(r"[.,;:!?…\n]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SIGNS = str.maketrans("’ʼ`´ё", "''''е")


class _Points(msgspec.Struct, frozen=True):
    upset: float = 0.0
    tired: float = 0.0
    happy: float = 0.0


def mood(said: Sequence[str], language: str) -> Mood:
    """By the visitor's messages, the newest last; ``language`` is theirs, BCP 47."""
    newest = [text[:LOOKED_AT] for text in said if text.strip()][: -len(EARLIER) - 1 : -1]
    if not newest:
        return "calm"
    points = [_points(text, _patterns(base_language(language))) for text in newest]
    now, before = points[0], points[1:]
    if now.happy >= ENOUGH and not now.upset and not now.tired:
        return "happy"
    upset = sum(p.upset * share for p, share in zip(points, EARLIER, strict=False))
    tired = sum(p.tired * share for p, share in zip(points, EARLIER, strict=False))
    if now.upset and any(earlier.upset for earlier in before):
        upset += 1  # a complaint that is repeated
    if _asked_again(newest):
        tired += 2
    if upset >= ENOUGH and (now.upset or now.tired):
        return "upset"
    return "tired" if upset + tired >= ENOUGH else "calm"


def felt(lines: Sequence[Line], asked: str, language: str) -> Mood:
    """The same by what was said, of which ``asked`` is the newest."""
    said = [line.text for line in lines if line.by == "visitor"]
    if not said or said[-1].strip() != asked.strip():
        said.append(asked)
    return mood(said, language)


def _points(text: str, patterns: Sequence[_Patterns]) -> _Points:
    plain = text.translate(_SIGNS)
    folded = plain.casefold()
    upset = 2.0 * (any(p.strong.search(folded) for p in patterns) or bool(_ANGRY.search(text)))
    tired = 2.0 * (any(p.tired.search(folded) for p in patterns) or bool(_WEARY.search(text)))
    praised, blamed = _said(folded, patterns, "happy"), _said(folded, patterns, "cross")
    glad = praised.count(False) + 2.0 * bool(_SMILE.search(text))
    upset += min(2.0, praised.count(True) + blamed.count(False))
    if _shouts(plain):
        upset += 1 + ("!" in plain)
    if "!!" in plain and not glad:
        upset += 1
    if "??" in plain or "?!" in plain:
        tired += 1
    if glad and "?" not in plain:
        words = _WORD.findall(folded)
        begins = any(p.happy.match(folded.lstrip()) for p in patterns)
        glad += (len(words) <= SHORT) + ("!" in plain) + begins
    return _Points(upset, tired, glad)


def _said(text: str, patterns: Sequence[_Patterns], kind: str) -> list[bool]:
    """For each telling phrase, once, whether one of the two words before it denies it."""
    found: dict[str, bool] = {}
    for one in patterns:
        for match in getattr(one, kind).finditer(text):
            clause = _BREAK.split(text[: match.start()])[-1]
            before = _WORD.findall(clause)[-2:]
            found[match[0]] = any(word in one.denying for word in before)
    return list(found.values())


def _shouts(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    loud = sum(sign.isupper() for sign in letters)
    return len(letters) >= SHOUTED and loud >= 0.8 * len(letters) and len(text.split()) > 2


def _asked_again(newest: Sequence[str]) -> bool:
    asked, *before = newest
    return len(telling(asked)) > 1 and any(alike(asked, one) >= SAME for one in before)


# --- Words ------------------------------------------------------------------------------------


class _Patterns(msgspec.Struct, frozen=True):
    strong: re.Pattern[str]
    cross: re.Pattern[str]
    tired: re.Pattern[str]
    happy: re.Pattern[str]
    denying: frozenset[str]


@cache
def _patterns(language: str) -> tuple[_Patterns, ...]:
    """Those of a language, and English, which is mixed into all others."""
    names = dict.fromkeys(name for name in (language, "en") if name in TABLES)
    return tuple(_compiled(TABLES[name]) for name in names)


def _compiled(table: Table) -> _Patterns:
    return _Patterns(
        _any_of(table.strong),
        _any_of(table.cross),
        _any_of(table.tired),
        _any_of(f"{table.thanks}; {table.praise}"),
        frozenset(table.denying.split()),
    )


def _any_of(phrases: str) -> re.Pattern[str]:
    """Phrases between semicolons, as whole words; a star stands for any ending."""
    parts = (" ".join(one.split()) for one in phrases.split(";") if one.strip())
    said = (re.escape(one).replace(r"\*", r"\w*").replace(r"\ ", r"\W+") for one in parts)
    return re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)")
