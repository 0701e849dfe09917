"""What only local models may see: effects are marked by what their step reads, stores and says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from runtime.core.contract import EffectDone, Facts, Node, Started
from runtime.core.document.usage import fields_of, writes
from runtime.core.effects.agent import AgentStep, Stepped, ToolUse
from runtime.core.effects.ai import Answered, AnswerQuestion, Extracted, RewriteText, Rewritten
from runtime.core.effects.knowledge import Found, Passage, SearchKnowledge
from runtime.core.interpreter import step
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


# --- What is worked out from something confidential ---------------------------------------------

NOTE = node("note", "set", assign=[{"variable": "note", "value": "About {{ diagnosis | lower }}"}])
SHORTEN = node("x", "ai.rewrite", text="{{ note }}", task="summarise", variable="short")


def answers(talk_: Talk, result: Any) -> None:
    """What is waited for comes back."""
    waiting = talk_.session.frames[-1].waiting
    assert waiting
    talk_.send(EffectDone(waiting.token, result))


def test_a_copy_is_confidential_wherever_it_goes() -> None:
    again = node("again", "set", assign=[{"variable": "deep", "value": {"a": ["{{ note }}"]}}])
    put = node("x", "ai.rewrite", text="{{ deep.a }}", task="summarise", variable="short")
    then = node("y", "ai.rewrite", text="{{ short }}", task="translate", variable="there")
    here = talk(ASK, NOTE, again, put, then)
    here.say("Flu")
    answers(here, Rewritten("An illness"))
    assert [effect.confidential for effect in effects(here)] == [True, True]


def test_what_is_set_beside_it_is_not() -> None:
    both = node(
        "both",
        "set",
        assign=[
            {"variable": "note", "value": "{{ diagnosis }}"},
            {"variable": "day", "value": "{{ now() }}"},
        ],
    )
    put = node("x", "ai.rewrite", text="{{ day }}", task="translate", variable="there")
    here = talk(ASK, both, put)
    here.say("Flu")
    assert not effects(here)[0].confidential


def test_a_question_that_names_it_does_not_make_the_answer_confidential() -> None:
    since = node("since", "ask.text", text="Since when do you have {{ diagnosis }}?", variable="s")
    put = node("x", "ai.rewrite", text="{{ s }}", task="translate", variable="there")
    here = talk(ASK, since, put)
    here.say("Flu")
    here.say("Monday")
    assert not effects(here)[0].confidential


def test_an_option_made_of_it_does() -> None:
    options = [{"id": "a", "label": "{{ diagnosis }}"}, {"id": "b", "label": "Something else"}]
    pick = node("pick", "ask.choice", text="Which?", variable="picked", options=options)
    put = node("x", "ai.rewrite", text="{{ picked }}", task="translate", variable="there")
    here = talk(ASK, pick, put)
    here.say("Flu")
    here.choose("a")
    assert effects(here)[0].confidential


def called(*steps: dict[str, Any], outputs: list[str], inside: dict[str, Any]) -> Talk:
    """A flow that is given ``diagnosis`` as ``text`` and gives back ``outputs`` as they are."""
    call = node(
        "call",
        "subflow",
        flow="helper",
        inputs={"text": "{{ diagnosis }}"},
        outputs={name: f"my_{name}" for name in outputs},
    )
    line = [ASK, call, *steps]
    edges = [f"{a['id']} > {b['id']}" for a, b in pairwise(line)]
    helper = flow("helper", inside, inputs=["text"], outputs=outputs)
    return Talk(release(flow("main", *line, *edges), helper, variables=SECRET))


def test_it_is_followed_into_a_sub_flow() -> None:
    inside = node("in", "ai.rewrite", text="{{ text }}", task="summarise", variable="out")
    here = called(outputs=["out"], inside=inside)
    here.say("Flu")
    assert effects(here)[0].confidential


def test_and_out_of_it() -> None:
    inside = node("in", "set", assign=[{"variable": "out", "value": "{{ text }}!"}])
    put = node("x", "ai.rewrite", text="{{ my_out }}", task="translate", variable="there")
    here = called(put, outputs=["out"], inside=inside)
    here.say("Flu")
    assert effects(here)[0].confidential
    inside["config"]["assign"].append({"variable": "free", "value": "Hi"})
    other = node("x", "ai.rewrite", text="{{ my_free }}", task="translate", variable="there")
    here = called(other, outputs=["out", "free"], inside=inside)
    here.say("Flu")
    assert not effects(here)[0].confidential


def test_each_item_of_it_is() -> None:
    go = node("go", "loop", items="[diagnosis, 1]", item="one")
    put = node("x", "ai.rewrite", text="{{ one }}", task="translate", variable="there")
    here = Talk(
        release(flow("main", ASK, go, put, "ask > go", "go.each > x"), variables=SECRET),
    )
    here.say("Flu")
    assert effects(here)[0].confidential


FORM = node(
    "form",
    "ask.form",
    text="About you",
    variable="person",
    fields=[
        {"label": "Diagnosis", "variable": "diagnosis", "type": "text", "required": True},
        {"label": "E-mail", "variable": "email", "type": "email", "required": True},
    ],
)


@pytest.mark.parametrize(("read", "kept"), [("person", True), ("email", False)])
def test_a_form_as_a_whole_is_but_not_its_other_fields(read: str, kept: bool) -> None:
    put = node("x", "ai.rewrite", text=f"{{{{ {read} }}}}", task="translate", variable="there")
    here = talk(FORM, put)
    here.say("", value={"diagnosis": "Flu", "email": "ada@example.com"})
    assert effects(here)[0].confidential is kept


def test_what_others_put_into_a_form_is_in_its_fields() -> None:
    known = {"email": "{{ diagnosis }}@example.com"}
    fill = node("fill", "set", assign=[{"variable": "person", "value": known}])
    put = node("x", "ai.rewrite", text="{{ email }}", task="translate", variable="there")
    here = talk(ASK, fill, FORM, put)
    assert "email" in here.release.at_home


def test_values_read_out_of_it_are() -> None:
    read = node(
        "read",
        "ai.extract",
        text="{{ diagnosis }}",
        fields=[{"variable": "since", "type": "text"}],
    )
    put = node("x", "ai.rewrite", text="{{ since }}", task="translate", variable="there")
    here = talk(ASK, read, put)
    here.say("Flu, for a week")
    answers(here, Extracted({"since": "a week"}))
    assert [effect.confidential for effect in effects(here)] == [True, True]


def test_the_error_that_names_it_is() -> None:
    wrong = node("wrong", "loop", items="diagnosis", item="one")
    put = node("x", "ai.rewrite", text="{{ error.message }}", task="summarise", variable="there")
    here = Talk(
        release(
            flow("main", ASK, wrong, "ask > wrong"),
            flow("sorry", put, triggers=[{"kind": "error"}]),
            variables=SECRET,
        )
    )
    here.say("Flu")
    [effect] = effects(here)
    assert isinstance(effect, RewriteText)
    assert "Flu" in effect.text
    assert effect.confidential


# --- What is known only as it happens ---------------------------------------------------------


def test_the_words_that_answered_it_are_for_whoever_works_on_them_next() -> None:
    put = node("x", "ai.rewrite", task="summarise", variable="short")
    here = talk(ASK, put)
    here.say("Flu")
    assert effects(here)[0].confidential
    later = talk(ASK, WISH, put)
    later.say("Flu")
    later.say("Opening hours")
    assert not effects(later)[0].confidential


@pytest.mark.parametrize("private", [True, False])
def test_a_copy_of_what_was_found_in_a_confidential_collection_is(private: bool) -> None:
    search = node("find", "knowledge.search", query="keys", variable="wish")
    copy = node("copy", "set", assign=[{"variable": "note", "value": "{{ wish[0].text }}"}])
    say = node("say", "message", text="{{ note }}")
    ask_ = node("answer", "ai.answer", question="When?")
    here = talk(search, copy, SHORTEN, say, ask_)
    passage = Passage("s", "d", "Staff", "Under the mat.", 0.9, confidential=private)
    answers(here, Found((passage,)))
    answers(here, Rewritten("The mat"))
    _, shortened, asked = effects(here)
    assert shortened.confidential is private
    assert asked.discreet is private


def test_what_comes_of_a_step_that_was_kept_at_home_is() -> None:
    first = node(
        "first", "ai.rewrite", text="Hi", task="summarise", variable="a", confidential=True
    )
    put = node("x", "ai.rewrite", text="{{ a }}", task="translate", variable="b")
    here = talk(first, put)
    answers(here, Rewritten("Hello"))
    assert [effect.confidential for effect in effects(here)] == [True, True]


def test_an_answer_given_with_the_conversation_in_mind_is() -> None:
    first = node("first", "ai.answer", question="{{ wish }}", variable="found")
    put = node("x", "ai.rewrite", text="{{ found.text }}", task="translate", variable="there")
    here = talk(ASK, WISH, first, put)
    here.say("Flu")
    here.say("What helps?")
    answers(here, Answered("Tea helps with the flu."))
    assert effects(here)[1].confidential


def test_what_was_told_stays_told_when_the_variable_is_emptied() -> None:
    empty = node("empty", "set", assign=[{"variable": "diagnosis", "value": None}])
    here = talk(ASK, empty, WISH, node("x", "ai.answer", question="{{ wish }}"))
    here.say("Flu")
    here.say("Opening hours")
    assert effects(here)[0].discreet


def test_what_was_told_stays_told_in_the_next_session_of_the_conversation() -> None:
    here = talk(WISH, node("x", "ai.answer", question="{{ wish }}"), ASK)
    here.say("Opening hours")
    answers(here, Answered("Nine to five."))
    assert here.say("Flu") == []
    assert (here.status, here.session.marked) == ("ended", ("(said)", "(told)"))
    here.session = here.session.anew("bot", 1)
    here.send(Started())
    here.say("Opening hours")
    assert [effect.discreet for effect in effects(here)] == [False, True]


def test_what_an_agent_gives_to_a_flow_and_gets_from_it_is() -> None:
    tool = {"id": "look", "kind": "flow", "flow": "look", "description": "Looks it up"}
    agent = node("agent", "ai.agent", instructions="Help.", tools=[tool], variable="result")
    put = node("x", "ai.rewrite", text="{{ about }}", task="summarise", variable="found")
    look = flow("look", put, inputs=["about"], outputs=["found"])
    main = flow("main", ASK, WISH, agent, "ask > wish", "wish > agent")
    here = Talk(release(main, look, variables=SECRET))
    here.say("Flu")
    here.say("What helps?")
    [thinks] = effects(here)
    assert isinstance(thinks, AgentStep)
    [waiting] = [frame.waiting for frame in here.session.frames]
    assert waiting
    calls = (ToolUse("1", "look", {"about": "flu"}),)
    event = EffectDone(waiting.token, Stepped("call", calls=calls))
    turn = step(here.session, event, Facts("c", turn=9), here.release, here.now)
    [looks] = [performed.effect for performed in turn.effects]
    assert isinstance(looks, RewriteText)
    assert (thinks.discreet, looks.confidential) == (True, True)
    assert "found" in here.release.touched("main", "agent")


def test_bots_without_secrets_keep_no_marks() -> None:
    put = node("x", "ai.rewrite", text="{{ wish }}", task="summarise", variable="short")
    here = Talk(release(flow("main", WISH, put, NOTE, "wish > x", "x > note")))
    here.say("Opening hours")
    answers(here, Rewritten("Hours"))
    assert here.session.marked == ()
    assert not effects(here)[0].confidential


def test_steps_that_speak_and_store_are_known() -> None:
    """What a visitor reads is no copy of it: that must hold for each step with such a text."""
    ours = [kind for kind in Node.registry.values() if kind.__module__.startswith("nodes.")]
    found: set[str] = set()
    for kind in ours:
        fields = fields_of(kind.model_validate(kind.example))
        spoken = any(f.kind == "template" and f.selector.get("markdown") for f in fields)
        if spoken and list(writes(fields)) and not kind.type.startswith("ask."):
            found.add(kind.type)
    assert found == {"ai.answer", "cards"}
