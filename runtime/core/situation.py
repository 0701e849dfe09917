"""What a repair flow is told of the conversation it interrupts, as its variable ``repair``.

``count``: how often a repair ran on the question below; ``answers``: what can be corrected,
``choices``: the same, and to leave all as it is (`NONE`), and ``languages``: what can be spoken,
each as a choice takes its options; ``language``: the one the visitor asked for, where the bot
speaks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from runtime.core import history
from runtime.core.contract import Chosen, Context, Node, Uploaded, UserSaid
from runtime.core.expressions import ExpressionError, values
from runtime.core.phrases import phrase
from runtime.core.run import Run
from runtime.core.session import Entry

ANSWERS = 10  # that are offered for correction
NONE = "-"  # which no variable can be called
SHORT = 40  # characters of an answer or a question on a button

_MARKS = re.compile(r"\\(?=[^\w\s])|\*\*|__|`|(?m:^[ \t]*#{1,6} )|!?\[(?=[^\]]*\]\()|\]\([^)]*\)")


def situation(run: Run, known: Mapping[str, Any]) -> dict[str, Any]:
    """Worked out when a repair flow begins, and gone with its frame; ``known`` goes first."""
    answers = [_answer(run, run.answers[place]) for place in _correctable(run)]
    none = {"id": NONE, "value": NONE, "label": phrase("correct_none", run.language)}
    return {
        "count": run.top.repairs if run.frames else 0,
        "answers": answers,
        "choices": [*answers, none] if answers else [],
        "language": None,
        "languages": run.release.spoken,
        **known,
    }


def _correctable(run: Run) -> list[int]:
    """Places of the latest answer of each variable, newest first.

    Those before something that cannot be undone are left out, as long as any other is left.
    """
    newest: dict[str, int] = {}
    for place in reversed(range(len(run.answers))):
        newest.setdefault(run.answers[place].variable, place)
    places = list(newest.values())
    return ([p for p in places if not history.is_final(run, p)] or places[:1])[:ANSWERS]


def _answer(run: Run, entry: Entry) -> dict[str, Any]:
    frame = entry.frames[-1]
    node, context = run.nodes[frame.flow, frame.node], _then(run, entry)
    said = _written(lambda: _said(node, context, entry))
    asked = _written(lambda: _asked(node, context))
    asked = asked or shortened(_title(run, entry)) or entry.variable
    label = f"{said} · {asked}" if said else asked
    return {"id": entry.variable, "value": entry.variable, "label": label}


def _written(read: Callable[[], str]) -> str:
    """Short; nothing where a formula in it can't be worked out any more."""
    try:
        return shortened(read())
    except ExpressionError:
        return ""


def _then(run: Run, entry: Entry) -> Context:
    """What the question could see, with today's values."""
    scopes: list[Mapping[str, Any]] = []
    for frame in reversed(entry.frames):
        scopes.append(frame.vars)
        if frame.kind != "loop":
            break
    return Context((*scopes, run.vars), run.now, run.facts, run.language)


def _said(node: Node, context: Context, entry: Entry) -> str:
    """The answer as the visitor gave it: words, the labels of buttons, the names of files."""
    stored = context.get(entry.variable)
    match entry.event:
        case UserSaid(text=text) if text.strip():
            return text
        case Uploaded(files=files):
            return ", ".join(file.name for file in files)
        case Chosen(ids=ids):
            wanted = node.input(context)
            options = {option.id: option for option in wanted.options} if wanted else {}
            picked = [options[id_] for id_ in ids if id_ in options]
            if stored in (None, [each.value for each in picked], *(each.value for each in picked)):
                return ", ".join(each.label for each in picked)
        case _:
            pass
    return values.text(stored)


def _asked(node: Node, context: Context) -> str:
    """The last line of the question, without its Markdown."""
    lines = [line for said in node.ask_again(context) for line in said.text.splitlines()]
    return next((plain for line in reversed(lines) if (plain := _MARKS.sub("", line).strip())), "")


def _title(run: Run, entry: Entry) -> str:
    frame = entry.frames[-1]
    placed = run.release.flow(frame.flow).nodes
    return next((each.title for each in placed if each.id == frame.node), "")


def shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHORT else f"{words[: SHORT - 1].rstrip()}…"
