"""Passages as a model gets them: in order, cut to a budget, harmless. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from connectors.ai.guards import as_data, without_orders
from runtime.core.effects.knowledge import Passage
from runtime.core.likeness import alike, telling

BUDGET = 6_000  # characters of all passages; about 1,500 tokens
LONGEST = 1_600  # of one
QUOTED = 500  # of one that is quoted to a visitor
WORTH = 0.35  # of the best one's score: what is further off only costs

FIRST = {"reviewed": 0, "faq": 1, "price": 2}  # what no kind is named for comes last

SAME = 0.85  # likeness from which two questions are one

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_]|\d)|\n+")


def harmless(passages: Iterable[Passage]) -> list[Passage]:
    """Without the sentences that give orders; what was nothing else is left out.

    So is a ready answer to a question that a person has answered otherwise since.
    """
    clean = [replace(one, text=without_orders(one.text)) for one in passages]
    right = [one.question for one in clean if one.kind == "reviewed" and one.question]
    return [one for one in clean if one.text.strip() and not _put_right(one, right)]


def _put_right(one: Passage, right: Sequence[str]) -> bool:
    asked = one.question if one.kind == "faq" else None
    return asked is not None and any(alike(asked, other) >= SAME for other in right)


def chosen(passages: Sequence[Passage], question: str) -> list[Passage]:
    """What a model gets to read: answers before prices before texts, within the budget."""
    best = max((one.score for one in passages), default=0.0)
    worth = [one for one in passages if one.score >= WORTH * best]
    kept: list[Passage] = []
    left = BUDGET
    for one in sorted(worth, key=lambda one: (FIRST.get(one.kind, len(FIRST)), -one.score)):
        text = shortened(one.text, question, min(LONGEST, left))
        if text:
            kept.append(replace(one, text=text))
            left -= len(text)
    return kept


def shortened(text: str, question: str, longest: int) -> str:
    """The sentences in a row that are most like the question; whole ones, as far as they fit."""
    if len(text) <= longest:
        return text
    ends = [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]
    starts = [0, *ends[:-1]]
    asked = set(telling(question))
    scores = [len(asked & set(telling(text[a:b]))) for a, b in zip(starts, ends, strict=True)]
    best = max(range(len(scores)), key=lambda n: (scores[n], -n))
    first = last = best
    while True:
        if last + 1 < len(ends) and ends[last + 1] - starts[first] <= longest:
            last += 1
        elif first and ends[last] - starts[first - 1] <= longest:
            first -= 1
        else:
            break
    return text[starts[first] : ends[last]].strip()[:longest]


def numbered(passages: Sequence[Passage]) -> str:
    """The passages as the model reads them, from 1."""
    return "\n".join(_tagged(number, one) for number, one in enumerate(passages, 1))


def _tagged(number: int, one: Passage) -> str:
    where = " > ".join(filter(None, (one.title, one.heading)))
    page = f' page="{one.page}"' if one.page else ""
    about = as_data(where).replace('"', "'")
    asked = f"Question: {as_data(one.question)}\n" if one.question else ""
    head = f'<passage n="{number}" kind="{one.kind}" from="{about}"{page}>'
    return f"{head}\n{asked}{as_data(body(one))}\n</passage>"


def body(one: Passage) -> str:
    """All that a passage says; of a row of a price list, each field by its name."""
    row = "\n".join(f"{name}: {value}" for name, value in one.fields.items() if f"{value}".strip())
    return f"{one.text}\n{row}" if row and row not in one.text else one.text


def said_in(one: Passage) -> str:
    """Everything of a passage that a statement may rely on."""
    return "\n".join(filter(None, (one.title, one.heading, one.question, body(one), one.url)))


CERTAIN = 0.95  # a score of the search that leaves no doubt,
RELATED = 0.5  # if the words of both questions are so much alike


def same_question(question: str, one: Passage) -> float:
    """How sure it is, from 0 to 1, that a passage answers this very question."""
    if not one.question:
        return 0.0
    likeness = alike(question, one.question)
    certain = one.score >= CERTAIN and likeness >= RELATED
    return max(likeness, one.score if certain else 0.0)
