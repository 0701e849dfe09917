"""What a model is told: the same words first, so that providers remember them; then the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from babel import Locale, UnknownLocaleError

from connectors.ai import Action, HouseRules, Line
from connectors.ai.guards import as_data, masked
from connectors.ai.passages import numbered
from connectors.llm import prompts
from runtime.core.effects.ai import AnswerQuestion
from runtime.core.effects.knowledge import Passage
from runtime.core.likeness import telling, words

LINE = 400  # characters of a remembered message
REMEMBERED = 2_400  # characters of all of them

_ACTIONS: Final[Mapping[Action, str]] = {
    "refuse": "refuse",
    "promise_never": "never promise this",
    "ask_first": "ask for this first",
    "hand_over": "only a person may answer",
}

# --- The answer -------------------------------------------------------------------------------


def instructions(effect: AnswerQuestion, house: HouseRules) -> str:
    """The same for all questions of one step: who speaks, what is allowed, how to answer."""
    parts = [prompts.text("answer", house.prompts)]
    if persona := (effect.persona or house.persona).strip():
        parts.append(f"# Who speaks\n{persona}")
    if house.policies:
        parts.append(f"# House rules\n{rules(house)}")
    if effect.instructions.strip():
        parts.append(f"# How to answer here\n{effect.instructions.strip()}")
    return "\n\n".join(parts)


def rules(house: HouseRules) -> str:
    told = (f"- {one.id}: {one.rule.strip()} ({_ACTIONS[one.action]})" for one in house.policies)
    return "\n".join(told)


def the_question(
    question: str,
    language: str,
    found: Sequence[Passage],
    lines: Sequence[Line],
    now: datetime,
) -> str:
    """What changes from question to question."""
    parts = [f"<passages>\n{numbered(found)}\n</passages>"]
    if lines:
        parts.append(f"<conversation>\n{spoken(lines)}\n</conversation>")
    parts += [
        f"<question>\n{as_data(question)}\n</question>",
        f"The visitor's language: {language_name(language)}. Today: {now:%Y-%m-%d}.",
    ]
    return "\n\n".join(parts)


def language_name(code: str) -> str:
    """``nb`` as ``Norwegian Bokmål (nb)``; what is no code stays as it is."""
    try:
        name = Locale.parse(code.replace("-", "_")).english_name
    except (UnknownLocaleError, ValueError, TypeError):
        return code
    return f"{name} ({code})" if name else code


# --- The conversation -------------------------------------------------------------------------


def remembered(lines: Sequence[Line], question: str) -> list[Line]:
    """The latest messages without the question itself, masked and cut to a budget."""
    before = list(lines)
    while before and before[-1].by == "visitor" and before[-1].text.strip() == question.strip():
        before.pop()
    kept: list[Line] = []
    left = REMEMBERED
    for line in reversed(before):
        text = masked(line.text).text[:LINE].strip()
        left -= len(text)
        if left < 0:
            break
        if text:
            kept.append(Line(line.by, text))
    return kept[::-1]


def spoken(lines: Sequence[Line]) -> str:
    return "\n".join(f"{line.by}: {as_data(' '.join(line.text.split()))}" for line in lines)


_POINTING: Final = frozenset(
    re.findall(
        r"\S+",
        """
        it its that those these them they this one ones there he she him her
        den det de dem disse denne dette han hun sånn slik dessa denna detta honom henne
        він вона воно вони його її їх це цей ця ці той та ті нього неї них там
        он она оно они его её ее их это этот эта эти тот та те него неё нее них там
        """,
    )
)
_GOING_ON = re.compile(
    r"\s*(?:and|or|but|og|eller|men|och|і|й|та|а|але|и|или|но"
    r"|what about|how about|hva med|vad med|hvad med|а як щодо|а что насчёт)\b",
    re.IGNORECASE,
)
_ALONE = 3  # telling words: with as many, "it" stands for something in the question itself


def needs_context(question: str) -> bool:
    """Whether a question can hardly be understood without what was said before."""
    about = set(telling(question))
    points = bool(_POINTING & set(words(question)))
    return bool(_GOING_ON.match(question)) or len(about) < 2 or (points and len(about) < _ALONE)
