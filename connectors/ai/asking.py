"""What a model is told: the same words first, so that providers remember them; then the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from babel import Locale, UnknownLocaleError

from connectors.ai import Action, HouseRules, facts
from connectors.ai.facts import Known
from connectors.ai.guards import as_data
from connectors.ai.passages import numbered
from connectors.ai.recalling import Talk, told
from connectors.llm import prompts
from runtime.core.effects.ai import AnswerQuestion, Mood
from runtime.core.effects.knowledge import Passage
from runtime.core.likeness import telling, words
from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in

_ACTIONS: Final[Mapping[Action, str]] = {
    "refuse": "refuse",
    "promise_never": "never promise this",
    "ask_first": "ask for this first",
    "hand_over": "only a person may answer",
}

# --- The answer -------------------------------------------------------------------------------


def instructions(effect: AnswerQuestion, house: HouseRules) -> str:
    """The same for all questions of one step: who speaks, what is allowed, how to answer."""
    parts = [manners(prompts.text("answer", house.prompts), effect.persona, house)]
    if effect.instructions.strip():
        parts.append(f"# How to answer here\n{effect.instructions.strip()}")
    return "\n\n".join(parts)


def manners(prompt: str, persona: str, house: HouseRules) -> str:
    """What nobody but the model is told: how it works, who speaks, what the house allows."""
    parts = [prompt]
    if speaks := (persona or house.persona).strip():
        parts.append(f"# Who speaks\n{speaks}")
    if house.policies:
        parts.append(f"# House rules\n{rules(house)}")
    return "\n\n".join(parts)


def rules(house: HouseRules) -> str:
    lines = (f"- {one.id}: {one.rule.strip()} ({_ACTIONS[one.action]})" for one in house.policies)
    return "\n".join(lines)


def the_question(
    question: str,
    language: str,
    found: Sequence[Passage],
    known: Sequence[Known],
    talk: Talk,
    mood: Mood,
    now: datetime,
) -> str:
    """What changes from question to question: first what was said, which mostly goes on."""
    parts = [*told(talk), f"<passages>\n{numbered(found)}\n</passages>"]
    if known:
        parts.append(f"<visitor>\n{facts.numbered(known, len(found) + 1)}\n</visitor>")
    parts += [
        f"<question>\n{as_data(question)}\n</question>",
        f"The visitor's language: {language_name(language)}. Today: {now:%Y-%m-%d}.",
        *filter(None, (TONES[mood],)),
    ]
    return "\n\n".join(parts)


TONES: Final[Mapping[Mood, str]] = {
    "calm": "",
    "tired": "The visitor is weary: as few statements as will do, the most useful one first, "
    "short sentences, no jokes, nothing they have been told before.",
    "upset": "The visitor is upset: at most three short, plain and kind statements, the most "
    "useful one first. No jokes, no exclamation marks, no blame, no praise, no advertising.",
    "happy": "The visitor is in a good mood: a light and friendly tone is welcome.",
}


def language_of(text: str, usual: str) -> str:
    """The one of ours that a text is clearly written in, else the visitor's ``usual`` one."""
    return written_in(text, LANGUAGES, usual) or usual


def language_name(code: str) -> str:
    """``nb`` as ``Norwegian Bokmål (nb)``; what is no code stays as it is."""
    try:
        name = Locale.parse(code.replace("-", "_")).english_name
    except (UnknownLocaleError, ValueError, TypeError):
        return code
    return f"{name} ({code})" if name else code


# --- The conversation -------------------------------------------------------------------------


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
