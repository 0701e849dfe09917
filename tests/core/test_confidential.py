"""What only local models may see: effects are marked by what their step reads, stores and says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from runtime.core.contract import EffectDone
from runtime.core.effects.ai import Answered, AnswerQuestion, RewriteText
from runtime.core.effects.knowledge import Found, Passage, SearchKnowledge
from tests.core.talk import Talk, flow, node, release

SECRET = [{"name": "diagnosis", "confidential": True}, {"name": "wish"}]
ASK = node("ask", "ask.text", text="Which one?", variable="diagnosis")
WISH = node("wish", "ask.text", text="And?", variable="wish")


def effects(talk: Talk) -> list[Any]:
    return [performed.effect for turn in talk.turns for performed in turn.effects]


def talk(*steps: dict[str, Any], **facts: Any) -> Talk:
    edges = [
        f"{a['id']}{'.answered' if a['type'] == 'ai.answer' else ''} > {b['id']}"
        for a, b in pairwise(steps)
    ]
    return Talk(release(flow("main", *steps, *edges), variables=SECRET), **facts)


@pytest.mark.parametrize(
    "step",
    [
        node("x", "ai.answer", question="What helps with {{ diagnosis }}?"),
        node("x", "ai.answer", question="What helps?", instructions="They have {{ diagnosis }}."),
        node("x", "ai.answer", question="What helps?", variable="diagnosis"),
        node("x", "ai.rewrite", text="{{ diagnosis }}", task="translate", variable="wish"),
        node("x", "ai.extract", fields=[{"variable": "diagnosis", "type": "text"}]),
        node("x", "knowledge.search", query="{{ diagnosis }}", variable="wish"),
    ],
)
def test_a_step_that_touches_a_confidential_variable_stays_at_home(step: dict[str, Any]) -> None:
    here = talk(ASK, step)
    here.say("Flu, since Monday.")
    assert effects(here)[0].confidential


def test_others_may_leave_it_but_not_with_what_was_said() -> None:
    here = talk(ASK, WISH, node("x", "ai.answer", question="{{ wish }}"))
    here.say("Flu")
    here.say("Opening hours")
    [effect] = effects(here)
    assert isinstance(effect, AnswerQuestion)
    assert (effect.confidential, effect.discreet) == (False, True)
    before = talk(WISH, node("x", "ai.answer", question="{{ wish }}"), ASK)
    before.say("Opening hours")
    assert not effects(before)[0].discreet


def test_what_reads_the_talk_and_cannot_do_without_it_stays(monkeypatch: Any) -> None:
    monkeypatch.setattr(RewriteText, "hears", True)
    put = node("put", "ai.rewrite", text="{{ wish }}", task="summarise", variable="short")
    here = talk(ASK, WISH, put)
    here.say("Flu")
    here.say("Opening hours")
    assert effects(here)[0].confidential


def test_a_confidential_conversation_stays_at_home_as_a_whole() -> None:
    step = node("x", "ai.answer", question="{{ wish }}")
    here = talk(WISH, step, attributes={"confidential": True})
    here.say("Opening hours")
    assert effects(here)[0].confidential
    other = talk(WISH, step, attributes={"confidential": "no"})
    other.say("Opening hours")
    assert not effects(other)[0].confidential


@pytest.mark.parametrize("private", [True, False])
def test_what_was_found_in_a_confidential_collection_stays_at_home(private: bool) -> None:
    search = node("find", "knowledge.search", query="keys", variable="wish")
    put = node("put", "ai.rewrite", text="{{ wish[0].text }}", task="summarise", variable="short")
    here = talk(search, put)
    assert isinstance(effects(here)[0], SearchKnowledge)
    waiting = here.session.frames[-1].waiting
    assert waiting
    passage = Passage("s", "d", "Staff", "Under the mat.", 0.9, confidential=private)
    here.send(EffectDone(waiting.token, Found((passage,))))
    assert effects(here)[1].confidential is private


def test_so_does_an_answer_out_of_one() -> None:
    first = node("first", "ai.answer", question="Where?", variable="wish")
    put = node("put", "ai.rewrite", text="{{ wish.text }}", task="summarise", variable="short")
    here = talk(first, put)
    waiting = here.session.frames[-1].waiting
    assert waiting
    here.send(EffectDone(waiting.token, Answered("Under the mat.", confidential=True)))
    assert effects(here)[1].confidential


def test_effects_of_another_kind_are_left_alone() -> None:
    marked = node("x", "ai.answer", question="{{ wish }}", confidential=True)
    here = talk(WISH, marked)
    here.say("Opening hours")
    assert effects(here)[0].confidential
