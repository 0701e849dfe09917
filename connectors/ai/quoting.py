"""Answers in the words of the bot's knowledge, where no model is asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from connectors.ai import HouseRules, Policy
from connectors.ai.passages import QUOTED, SAME, same_question, shortened
from connectors.ai.statements import cited
from runtime.core.effects.ai import Answered, Verdict
from runtime.core.effects.knowledge import Passage
from runtime.core.expressions import escape
from runtime.core.likeness import telling
from runtime.core.phrases import LANGUAGES, phrase
from runtime.core.tongues import written_in

ROWS = 3  # of a price list in one answer
APPLIES = 0.6  # of a question's telling words that a rule has, too


def ready_answer(question: str, language: str, passages: Sequence[Passage]) -> Answered | None:
    """A reviewed answer to this very question, else one of an FAQ, in its own words."""
    fits = [
        (one.kind == "reviewed", same_question(question, one), one)
        for one in passages
        if one.kind in ("faq", "reviewed") and same_question(question, one) >= SAME
    ]
    fits = [fit for fit in fits if not _is_foreign(fit[2].text, language)]
    if not fits:
        return None
    _, same, sure = max(fits, key=lambda fit: fit[:2])
    reason = "the answer to this question is there already"
    score = round(max(sure.score, same), 2)
    return _quoting(f"{sure.text.strip()} [1]", "answered", score, (sure,), reason)


def price_answer(question: str, passages: Sequence[Passage]) -> Answered | None:
    """The rows of a price list that a question names in full, value by value."""
    asked = set(telling(question))
    rows = [one for one in passages if one.kind == "price" and one.fields]
    named = [one for one in rows if (own := set(telling(name_of(one)))) and own <= asked]
    longest = max((len(set(telling(name_of(one)))) for one in named), default=0)
    named = [one for one in named if len(set(telling(name_of(one)))) == longest]
    meant = [len(asked & set(telling(" ".join(map(str, one.fields.values()))))) for one in named]
    named = [one for one, count in zip(named, meant, strict=True) if count == max(meant)]
    return _rows(named, "the price list has what was asked for") if 0 < len(named) <= ROWS else None


def quoted(question: str, language: str, passages: Sequence[Passage], threshold: float) -> Answered:
    """The best passage in its own words; nothing, where none fits."""
    best = max(passages, key=lambda one: one.score, default=None)
    if best is None or best.score < threshold / 2:
        return Answered("", "nothing_found", best.score if best else 0.0, reason="nothing fits")
    verdict = "answered" if best.score >= threshold else "unsure"
    if best.kind == "price" and best.fields:
        rows = [one for one in passages if one.kind == "price" and one.score >= 0.8 * best.score]
        found = _rows(rows[:ROWS], "the best rows of the price list")
        return replace(found, verdict=verdict, confidence=best.score)
    if best.kind in ("faq", "reviewed"):
        text = f"{best.text.strip()} [1]"
    else:
        words = shortened(best.text, question, QUOTED)
        lines = "\n".join(f"> {line}".rstrip() for line in words.splitlines())
        text = f"{phrase('ai_quoted', language, title=escape(best.title))}\n\n{lines} [1]"
    return _quoting(text, verdict, best.score, (best,), "the best passage")


def rule_by_words(question: str, house: HouseRules) -> Policy | None:
    """The rule to refuse or hand over whose words a question has; a model would know better."""
    asked = set(telling(question))
    strict = (one for one in house.policies if one.action in ("refuse", "hand_over"))
    for policy in strict if asked else ():
        if len(asked & set(telling(policy.rule))) >= APPLIES * len(asked):
            return policy
    return None


def ruled(policy: Policy, language: str, question: str = "") -> Answered:
    """What a rule makes of a question; ``question`` is what the rule wants asked first."""
    reason = f"a rule applies: {policy.rule}"
    match policy.action:
        case "refuse":
            text = phrase("ai_refused", language)
            return Answered(text, "answered", 1.0, reason=reason, rule=policy.id)
        case "ask_first" if question:
            return Answered(question, "answered", 1.0, reason=reason, rule=policy.id)
        case _:
            return Answered("", "unsure", 1.0, reason=reason, rule=policy.id)


def name_of(row: Passage) -> str:
    """What a row of a price list is about."""
    return row.question or row.heading or str(next(iter(row.fields.values()), row.title))


def _rows(rows: Sequence[Passage], reason: str) -> Answered:
    """Each row with all its values as they stand in the list."""
    lists: dict[str, Passage] = {}
    lines: list[str] = []
    for row in rows:
        lists.setdefault(row.document_id, row)
        lines.append(f"{_row(row)} [{list(lists).index(row.document_id) + 1}]")
    text = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
    score = max((row.score for row in rows), default=0.0)
    return _quoting(text, "answered", score, tuple(lists.values()), reason)


def _quoting(
    text: str, verdict: Verdict, score: float, sources: Sequence[Passage], reason: str
) -> Answered:
    citations = tuple(cited(number, one) for number, one in enumerate(sources, 1))
    private = any(one.confidential for one in sources)
    return Answered(
        text, verdict, score, citations, quoted=True, reason=reason, confidential=private
    )


def _row(row: Passage) -> str:
    name = name_of(row)
    values = [(str(key), str(value).strip()) for key, value in row.fields.items()]
    rest = ", ".join(
        f"{escape(key)}: {escape(value, starts_line=False)}"
        for key, value in values
        if value and value not in (name, "None")
    )
    return f"**{escape(name)}**" + (f" · {rest}" if rest else "")


def _is_foreign(text: str, language: str) -> bool:
    """Whether a text is clearly in another of our languages than the visitor's."""
    return written_in(text, LANGUAGES, language) is not None
