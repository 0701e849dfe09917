"""What becomes of a model's proved statements: said, not sure enough, or nothing found. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from connectors.ai import HouseRules, Policy, grounds, guards, quoting
from connectors.ai.statements import PROMISED, Answer, Draft
from runtime.core.effects.ai import Answered

OF_SEARCH = 0.4  # of the confidence comes from the search, the rest from the model


class Asked(msgspec.Struct, frozen=True):
    """The question as it was put; ``told`` is what only the model was told."""

    text: str
    language: str
    threshold: float
    house: HouseRules
    told: str


def policy_of(house: HouseRules, id_: str) -> Policy | None:
    return next((one for one in house.policies if one.id == id_), None)


def may_be_told(head: Answer, draft: Draft, threshold: float) -> bool:
    """Whether the whole is sure to be said, as far as it is there."""
    fine = head.outcome == "answer" and not head.rule and not draft.dropped
    return fine and confidence(head, draft) >= threshold


def confidence(answer: Answer, draft: Draft) -> float:
    """From what was found, how sure the model is, and how much of it could be proved."""
    found = max((one.score for one in draft.used), default=0.0)
    certain = min(max(answer.certainty, 0.0), 1.0)
    proved = len(draft.sentences) / max(1, draft.seen)
    return round(proved * (OF_SEARCH * found + (1 - OF_SEARCH) * certain), 2)


def judged(asked: Asked, answer: Answer, draft: Draft) -> Answered:
    """The answer as it is given, with its verdict and why."""
    policy = policy_of(asked.house, answer.rule)
    if policy and answer.outcome == "rule":
        if policy.action != "promise_never" or not draft.sentences:
            return quoting.ruled(policy, asked.language, _first(asked, answer, policy))
    elif answer.outcome == "off_topic":
        return Answered("", "nothing_found", reason="it has nothing to do with the business")
    elif answer.outcome == "not_found" and not draft.sentences:
        return Answered("", "nothing_found", reason="the passages do not answer it")
    if not draft.sentences:
        reason = "; ".join(dict.fromkeys(draft.dropped)) or "the model said nothing"
        return Answered("", "unsure", reason=reason, rule=_fired(asked.house, draft, policy))
    sure = confidence(answer, draft)
    left_out = "; ".join(f"left out: {why}" for why in dict.fromkeys(draft.dropped))
    return Answered(
        draft.text,
        "answered" if sure >= asked.threshold else "unsure",
        sure,
        tuple(draft.citations),
        reason=left_out or "every statement is proved by its sources",
        rule=_fired(asked.house, draft, policy),
    )


def _fired(house: HouseRules, draft: Draft, policy: Policy | None) -> str:
    """The id of the rule that had a hand in it."""
    never: Sequence[Policy] = [one for one in house.policies if one.action == "promise_never"]
    if policy is None and PROMISED in draft.dropped:
        policy = next(iter(never), None)
    return policy.id if policy else ""


def _first(asked: Asked, answer: Answer, policy: Policy) -> str:
    """What a rule wants asked first, if it is a mere question."""
    text = guards.visible(answer.statements[0].text).strip() if answer.statements else ""
    known = (asked.text, policy.rule)
    wrong = grounds.unknown_number(text, known) or grounds.unknown_address(text, known)
    leaks = guards.gives_orders(text) or guards.promises(text) or "```" in text
    asks = text.endswith(("?", "？")) and len(text) <= 400
    return text if asks and not wrong and not leaks and policy.action == "ask_first" else ""
