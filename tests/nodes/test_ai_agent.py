from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.ai_agent import AGAIN, NOT_ANSWERED, REFUSED, Agent
from runtime.core.agents.work import LEFT_OUT, MOST, Work
from runtime.core.contract import (
    Call,
    Chosen,
    Citation,
    EffectDone,
    EffectFailed,
    Fail,
    File,
    HandedBack,
    Message,
    Next,
    Perform,
    Returned,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
)
from runtime.core.effects.agent import AgentStep, CameBack, Decided, Heard, Offered, ToolUse
from runtime.core.effects.knowledge import SearchKnowledge
from runtime.core.phrases import phrase
from runtime.core.problems import examine
from runtime.simulator import Simulator
from tests.core.context import NOW, context
from tests.core.talk import Talk, flow, node, release

KNOW = {"id": "know", "kind": "knowledge", "description": "Facts.", "collections": ["Manuals"]}
FIND = {"id": "find", "kind": "flow", "flow": "find_order", "description": "Looks an order up."}
CANCEL = {
    "id": "stop", "kind": "flow", "flow": "cancel", "description": "Cancels an order.",
    "confirm": True,
}  # fmt: skip
EXAMPLE = {
    "instructions": "Help with {{ topic }}.",
    "question": "{{ wish }}",
    "tools": [KNOW, FIND, CANCEL],
    "keep_talking": True,
    "variable": "result",
    "max_steps": 3,
    "time_limit": "PT20S",
    "max_cost": 0.5,
    "persona": "Ada",
    "timeout": "PT5M",
    "memory": 4,
    "adapt_tone": False,
    "confidential": True,
}  # a configuration for test_contract

FULL = Agent.model_validate(EXAMPLE)
ONCE = Agent.model_validate({"instructions": "Help.", "tools": [KNOW, FIND, CANCEL]})
SEARCH = ToolUse("1", "search_knowledge", {"query": "returns"})
LOOK = ToolUse("2", "find_order", {"order": "A-1"})
STOP = ToolUse("3", "cancel", {"order_number": "A-1", "why": "too *late*"})
PASSAGE = {
    "source_id": "s", "document_id": "d", "title": "Terms", "heading": "Returns",
    "text": "Thirty days.", "score": 0.9, "page": 2,
}  # fmt: skip


def start(agent: Agent = FULL, **more: Any) -> Work:
    """What it remembers once the first step is asked for."""
    outcome = agent.run(context(topic="orders", wish="Where is it?", said="Where is it?", **more))
    assert isinstance(outcome, Perform)
    return Work.of(outcome.keep)


def woken(agent: Agent, work: Work, event: Any, **more: Any) -> Any:
    return agent.resume(context(kept=work.kept, topic="orders", **more), event)


def stepped(*calls: ToolUse, **more: Any) -> EffectDone:
    told = {"does": "call", "calls": msgspec.to_builtins(calls)} if calls else {"does": "say"}
    return EffectDone("t", {**told, **more})


# --- Deciding ---------------------------------------------------------------------------------


def test_everything_it_is_told_reaches_the_effect():
    outcome = FULL.run(context(topic="orders", wish="Where is it?", language="nb"))
    assert outcome.takes
    anything = {"type": "object", "additionalProperties": False, "required": [], "properties": {}}
    query = {"type": "string", "description": "what to look for, in the visitor's language"}
    search = anything | {"required": ["query"], "properties": {"query": query}}
    assert outcome.effect == AgentStep(
        "Help with orders.",
        (Heard("Where is it?"),),
        (
            Offered("search_knowledge", "Facts.", search),
            Offered("find_order", "Looks an order up.", anything),
            Offered("cancel", "Cancels an order.", anything),
        ),
        "nb",
        "Ada",
        converses=True,
        before=None,
        seconds=20.0,
        memory=4,
        adapt_tone=False,
        confidential=True,
    )


def test_it_works_on_the_visitors_words_or_begins_by_itself():
    assert ONCE.run(context(said="Help me")).effect.steps == (Heard("Help me"),)
    assert ONCE.run(context(said="Ada", taken=True)).effect.steps == ()


def test_the_inputs_of_a_flow_are_what_the_model_fills_in():
    types = ("text", "number", "boolean", "date", "list", "any")
    inputs = [{"name": f"a_{type_}", "type": type_} for type_ in types]
    inputs.append({"name": "b", "type": "number", "default": 3})
    main = flow("main", node("agent", "ai.agent", instructions="Help.", tools=[FIND]))
    find = flow("find_order", node("end", "end"), inputs=inputs)
    chat = Talk(release(main, find))
    (tool,) = chat.last.effects[0].effect.tools  # type: ignore[attr-defined]
    properties = tool.parameters["properties"]
    kinds = [properties[one["name"]].get("type") for one in inputs]
    assert kinds == ["string", "number", "boolean", "string", "array", None, "number"]
    assert tool.parameters["required"] == [f"a_{type_}" for type_ in types]


def test_tools_have_names_of_their_own():
    tools = [KNOW, {**KNOW, "id": "more"}, {**FIND, "flow": "finish"}, {**CANCEL, "flow": "x.y"}]
    agent = Agent.model_validate({"instructions": "Help.", "tools": tools})
    names = [tool.name for tool in agent.run(context()).effect.tools]
    assert names == ["search_knowledge", "search_knowledge_more", "finish_find", "x_y"]


def test_what_the_model_says_is_the_answer_or_is_talked_about():
    said = stepped(text="Tomorrow. [1]", citations=[{"number": 1, "title": "Terms"}], cost=0.1)
    message = Message("Tomorrow. [1]", citations=(Citation(1, "Terms"),))
    done = woken(ONCE, start(ONCE), said)
    assert done == Next("done", say=(message,), note="steps: 1; tools: none")
    waits = woken(FULL, start(), said)
    assert isinstance(waits, Wait)
    assert (waits.on, waits.say) == ("reply", (message,))
    assert waits.until == NOW + timedelta(minutes=5)
    assert Work.of(waits.keep).steps == (Heard("Where is it?"), Decided("Tomorrow. [1]"))


def test_a_talk_goes_on_until_the_model_is_done():
    waits = woken(FULL, start(), stepped(text="Which order?", cost=0.1, before="visitor: Hi"))
    event = UserSaid("A-1")
    asked = FULL.resume(context(kept=waits.keep, topic="orders", said="A-1"), event)
    assert asked.effect.steps == (Heard("Where is it?"), Decided("Which order?"), Heard("A-1"))
    assert asked.effect.before == "visitor: Hi"
    done = {"does": "done", "text": "It is on its way."}
    end = FULL.resume(context(kept=asked.keep, topic="orders"), EffectDone("t", done))
    assert (end.port, end.say) == ("done", (Message("It is on its way."),))
    assert end.set["result"] == {
        "text": "It is on its way.", "steps": 2, "cost": 0.1, "tools": [], "citations": [],
        "mood": "calm", "confidential": False,
    }  # fmt: skip


def test_a_person_is_asked_for_and_only_they_read_why():
    told = {"does": "hand_over", "reason": "angry"}
    over = woken(FULL, start(), EffectDone("t", told))
    assert (over.port, over.say, over.note) == ("handoff", (), "a person is needed: angry")
    assert over.set["result"]["text"] == ""
    told |= {"text": "A colleague will help you.", "rule": "r1"}
    over = woken(FULL, start(), EffectDone("t", told))
    assert over.say == (Message("A colleague will help you."),)
    assert over.note == "a person is needed: angry (rule “r1”)"


def test_what_is_said_before_a_call_is_said_once_whatever_comes_of_the_call():
    looking = Message("I look it up. [1]", citations=(Citation(1, "Terms"),))
    told = {"text": looking.text, "citations": [{"number": 1, "title": "Terms"}]}
    searches = woken(FULL, start(), stepped(SEARCH, **told))
    assert isinstance(searches, Perform)
    assert searches.say == (looking,)
    runs = woken(FULL, start(), stepped(LOOK, **told))
    assert isinstance(runs, Call)
    assert runs.say == (looking,)
    asks = woken(FULL, start(), stepped(STOP, **told))
    assert [one.text[:9] for one in asks.say] == ["I look it", "May I do "]
    assert [one.text[:9] for one in FULL.ask_again(context(kept=asks.keep))] == ["May I do "]
    ends = woken(FULL, start(), stepped(ToolUse("1", "dance"), cost=0.5, **told))
    assert (ends.port, ends.say) == ("limit", (looking, Message(phrase("agent_limit", "en"))))
    asked = FULL.resume(context(kept=searches.keep, topic="orders"), EffectDone("t", {}))
    assert asked.say == ()
    assert asked.effect.steps[1] == Decided(looking.text, (SEARCH,))


def test_what_was_found_out_about_the_visitor_is_kept_with_their_words():
    heard = {"type": "heard", "text": "Where is it?", "felt": "upset", "seq": 4, "first": 1,
             "known": 3}  # fmt: skip
    used = woken(ONCE, start(ONCE), stepped(SEARCH, heard=heard, confidential=True))
    assert used.effect.confidential  # a local model has read what others may not
    found = EffectDone("t", {"passages": [PASSAGE]})
    asked = ONCE.resume(context(kept=used.keep), found)
    assert asked.effect.confidential
    assert asked.effect.steps[0] == Heard("Where is it?", "upset", 4, 1, 3)
    assert asked.effect.steps[-1].sources[0].number == 4  # facts have the numbers before
    late = replace(Work.of(asked.keep), decisions=8)
    end = woken(ONCE, late, stepped(ToolUse("1", "dance")))
    assert end.say == (Message(phrase("agent_limit_upset", "en")),)


def test_what_no_longer_fits_is_looked_up_as_said_before():
    work = start()
    for number in range(12):
        waits = woken(FULL, work, stepped(text="ø" * 600, before="visitor: Hi"))
        work = Work.of(waits.keep).hears(f"{number}?")
        if work.before is None:
            break
        assert work.steps[0] == Heard("Where is it?")
    assert work.before is None
    assert work.steps[0] == Heard("0?")
    asked = woken(FULL, work, UserSaid("More"), said="More")
    assert asked.effect.before is None


def test_failures_take_the_error_way():
    failed = EffectFailed("t", "no_model", "none is set up")
    assert woken(FULL, start(), failed) == Fail("no_model", "none is set up")
    odd = woken(FULL, start(), EffectDone("t", {"does": "dance"}))
    assert isinstance(odd, Fail)
    assert odd.kind == "bad_result"


# --- Tools ------------------------------------------------------------------------------------


def test_a_search_is_an_effect_and_its_passages_are_numbered():
    used = woken(FULL, start(), stepped(SEARCH))
    assert used.effect == SearchKnowledge("returns", ("Manuals",), "en", 4, confidential=True)
    assert used.note == "uses search_knowledge (query: returns)"
    found = EffectDone("t", {"passages": [PASSAGE, PASSAGE]})
    asked = FULL.resume(context(kept=used.keep, topic="orders"), found)
    sources = tuple(Citation(n, "Terms > Returns", "Thirty days.", 2) for n in (1, 2))
    assert asked.effect.steps[1:] == (Decided(calls=(SEARCH,)), CameBack("1", "", sources))
    again = woken(FULL, Work.of(asked.keep), stepped(replace(SEARCH, args={"query": "more"})))
    more = FULL.resume(context(kept=again.keep, topic="orders"), found)
    assert [one.number for one in more.effect.steps[-1].sources] == [3, 4]


def test_a_search_that_fails_or_finds_nothing_is_told_to_the_model():
    work = Work.of(woken(FULL, start(), stepped(SEARCH)).keep)
    nothing = woken(FULL, work, EffectDone("t", {"passages": []}))
    assert nothing.effect.steps[-1] == CameBack("1")
    failed = woken(FULL, work, EffectFailed("t", "timeout", "too slow"))
    assert failed.effect.steps[-1] == CameBack("1", "The search failed: too slow")


def test_a_flow_is_called_and_gives_back_what_it_found():
    used = woken(FULL, start(), stepped(LOOK))
    assert isinstance(used, Call)
    assert (used.flow, used.args) == ("find_order", {"order": "A-1"})
    back = Returned("sent", {"day": "2026-11-22", "note": None})
    asked = FULL.resume(context(kept=used.keep, topic="orders"), back)
    assert asked.effect.steps[-1] == CameBack("2", '{"day":"2026-11-22","result":"sent"}')
    silent = FULL.resume(context(kept=used.keep, topic="orders"), Returned())
    assert silent.effect.steps[-1].text == "It is done."


def test_several_calls_are_done_one_after_the_other():
    first = woken(FULL, start(), stepped(LOOK, SEARCH))
    assert isinstance(first, Call)
    second = FULL.resume(context(kept=first.keep, topic="orders"), Returned(1))
    assert isinstance(second.effect, SearchKnowledge)
    third = FULL.resume(context(kept=second.keep, topic="orders"), EffectDone("t", {}))
    assert third.effect.steps[1:] == (
        Decided(calls=(LOOK, SEARCH)),
        CameBack("2", '{"result":1}'),
        CameBack("1"),
    )


def test_the_same_call_is_not_done_twice_and_the_third_time_it_is_over():
    used = woken(FULL, start(), stepped(LOOK))
    asked = FULL.resume(context(kept=used.keep, topic="orders"), Returned(7))
    again = woken(FULL, Work.of(asked.keep), stepped(LOOK))
    assert again.effect.steps[-1] == CameBack("2", f'{AGAIN}\n{{"result":7}}')
    third = woken(FULL, Work.of(again.keep), stepped(LOOK))
    assert (third.port, third.note) == ("limit", "limit: find_order was called again and again")
    # What the visitor wrote since is a reason to do it once more.
    wrote = Work.of(again.keep).hears("Look again")
    assert isinstance(woken(FULL, wrote, stepped(LOOK)), Call)


def test_a_tool_that_there_is_not_is_told_to_the_model():
    asked = woken(FULL, start(), stepped(ToolUse("9", "dance")))
    assert asked.effect.steps[-1] == CameBack("9", "There is no tool 'dance'.")


# --- Asking first -----------------------------------------------------------------------------


def may_i() -> Wait:
    waits = woken(FULL, start(), stepped(STOP, LOOK))
    assert isinstance(waits, Wait)
    return waits


def test_the_visitor_is_asked_in_plain_words():
    waits = may_i()
    (question,) = waits.say
    assert question.text == (
        "May I do this: **cancel**?\n- order number: A-1\n- why: too \\*late\\*"
    )
    here = context(kept=waits.keep)
    wanted = FULL.input(here)
    assert (wanted.type, [o.id for o in wanted.options]) == ("confirm", ["yes", "no"])
    assert FULL.ask_again(here) == (question,)
    assert FULL.claims(here, UserSaid("yes"))
    assert not FULL.claims(here, UserSaid("cancel everything"))


def test_a_yes_does_it_and_a_no_is_told_to_the_model():
    kept = may_i().keep
    for yes in (Chosen(("yes",)), UserSaid("Yes!"), UserSaid("", value=True)):
        done = FULL.resume(context(kept=kept, topic="orders"), yes)
        assert isinstance(done, Call)
        assert (done.flow, done.args) == ("cancel", STOP.args)
    no = FULL.resume(context(kept=kept, topic="orders", said="no"), UserSaid("no"))
    assert isinstance(no, Call)  # goes on with the other tool
    assert no.flow == "find_order"
    assert Work.of(no.keep).steps[-1] == CameBack("3", REFUSED)


def test_other_words_than_yes_or_no_are_heard_and_nothing_is_done():
    words = "Wait, which order?"
    asked = FULL.resume(context(kept=may_i().keep, topic="orders", said=words), UserSaid(words))
    assert asked.effect.steps[2:] == (
        CameBack("3", NOT_ANSWERED), CameBack("2", NOT_ANSWERED), Heard(words)
    )  # fmt: skip


# --- Limits -----------------------------------------------------------------------------------


def limit(why: str, text: str = "") -> tuple[str, Any, str]:
    return "limit", (Message(phrase("agent_limit", "en")),), f"limit: {why}"


def left(outcome: Any) -> tuple[str, Any, str]:
    return outcome.port, outcome.say, outcome.note


def test_it_stops_when_its_steps_are_used_up_and_each_message_gives_new_ones():
    work = replace(start(), decisions=2)
    used = woken(FULL, work, stepped(LOOK))
    end = FULL.resume(context(kept=used.keep, topic="orders"), Returned())
    assert left(end) == limit("3 steps were not enough")
    assert end.set["result"]["tools"] == ["find_order"]
    asked = woken(FULL, replace(start(), decisions=3), UserSaid("More"), said="More")
    assert isinstance(asked, Perform)


def test_it_stops_when_its_money_is_spent():
    end = woken(FULL, start(), stepped(ToolUse("1", "dance"), cost=0.5))
    assert left(end) == limit("it has cost 0.5000")


def test_it_stops_when_its_time_is_over_but_a_visitor_may_think():
    began = NOW - timedelta(seconds=19.5)
    end = woken(FULL, replace(start(), since=began), stepped(ToolUse("1", "dance")))
    assert left(end) == limit("it took 20 seconds")
    late = EffectFailed("t", "timeout", "late")
    assert left(woken(FULL, replace(start(), since=began), late)) == limit("it took 20 seconds")
    assert woken(FULL, start(), late) == Fail("timeout", "late")
    flow_ran = replace(Work.of(woken(FULL, start(), stepped(LOOK)).keep))
    later = context(kept=flow_ran.kept, topic="orders")
    later.now = NOW + timedelta(days=2)
    assert isinstance(FULL.resume(later, Returned()), Perform)


def test_what_it_remembers_stays_small():
    long = EffectDone("t", {"passages": [PASSAGE | {"text": "ø" * 5_000}] * 4})
    work = Work().hears("Hello")
    for number in range(12):
        call = replace(SEARCH, args={"query": f"{number}"})
        used = woken(FULL, work, stepped(call))
        asked = woken(FULL, Work.of(used.keep), long)
        work = Work.of(asked.keep)
        assert len(msgspec.json.encode(work.steps)) <= MOST
        if number % 2:
            work = work.hears(f"And {number}?")
    assert LEFT_OUT in str(work.kept)
    assert len(work.steps[-2].sources[0].text) == 700  # type: ignore[union-attr]
    assert "Hello" not in str(work.kept)


# --- The rest ---------------------------------------------------------------------------------


def test_silence_interruptions_and_files():
    waits = woken(FULL, start(), stepped(text="Which order?"))
    here = context(kept=waits.keep, topic="orders")
    assert FULL.resume(here, TimedOut("0", "t")).port == "no_reply"
    assert FULL.resume(here, HandedBack()).say == (Message("Which order?"),)
    assert FULL.resume(here, UserSaid(" ")).say == (Message("Which order?"),)
    assert FULL.input(here).type == "text"
    photo = Uploaded((File("f", "broken.jpg", "image/jpeg", 9),), "Look")
    sent = FULL.resume(context(kept=waits.keep, topic="orders", said="Look"), photo)
    assert sent.effect.steps[-1] == Heard("Look (sent: broken.jpg)")


def test_ports():
    assert [port.id for port in ONCE.ports()] == ["done", "handoff", "limit", "error"]
    assert "no_reply" in [port.id for port in FULL.ports()]


@pytest.mark.parametrize(
    "config",
    [
        {"instructions": ""},
        {"max_steps": 0},
        {"max_cost": 0},
        {"tools": [{"id": "a", "kind": "flow", "description": "x"}]},
        {"tools": [{"id": "a", "kind": "flow", "description": " ", "flow": "f"}]},
        {"tools": [KNOW, KNOW]},
    ],
)
def test_wrong_configurations(config: dict[str, Any]):
    with pytest.raises(ValidationError):
        Agent.model_validate({"instructions": "Help.", **config})


# --- In a conversation ------------------------------------------------------------------------

CANCEL_FLOW = flow(
    "cancel",
    node("sure", "ask.text", text="Why?", variable="why"),
    node("set", "set", assign=[{"variable": "done", "value": "{{ order }}: {{ why }}"}]),
    "sure > set",
    inputs=["order"],
    outputs=["done"],
    name="Cancel an order",
)
CALL = {"does": "call", "calls": [{"id": "1", "tool": "cancel", "args": {"order": "A-1"}}]}
PARTS = [
    node("agent", "ai.agent", instructions="Help.", tools=[CANCEL], keep_talking=True),
    node("bye", "message", text="Bye."),
    node("person", "message", text="A person comes."),
    "agent.done > bye",
    "agent.handoff > person",
    "agent.limit > person",
]


def talk(*steps: Any, **more: Any) -> Simulator:
    main = flow("main", *PARTS)
    variables = [{"name": "why"}]
    made = release(main, CANCEL_FLOW, variables=variables)
    return Simulator(made, fakes={"ai.agent": list(steps)} if steps else None, **more)


def said(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


def test_a_tool_is_asked_about_runs_talks_and_comes_back():
    chat = talk(CALL, {"does": "done", "text": "It is cancelled."})
    (question,) = said(chat.say("Cancel A-1"))
    assert question.startswith("May I do this: **Cancel an order**?\n- order: A")
    assert said(chat.choose("yes")) == ["Why?"]
    assert said(chat.say("too late")) == ["It is cancelled.", "Bye."]
    step = chat.performed[-1].effect
    assert step.steps[-1].text == '{"done":"A-1: too late"}'  # type: ignore[attr-defined]
    keys = [one.key for one in chat.performed]
    assert len(set(keys)) == len(keys) == 2


def test_going_back_into_a_tools_question_finds_the_agent_as_it_was():
    says = ({"does": "say", "text": text} for text in ("Cancelled.", "Changed."))
    chat = talk(CALL, *says)
    chat.say("Cancel A-1")
    chat.choose("yes")
    assert said(chat.say("too late")) == ["Cancelled."]
    assert said(chat.say("back")) == ["Why?"]
    assert said(chat.say("too dear")) == ["Changed."]
    heard = chat.performed[-1].effect.steps  # type: ignore[attr-defined]
    assert [step.text for step in heard] == ["Cancel A-1", "", '{"done":"A-1: too dear"}']


def test_a_step_under_way_is_withdrawn_and_its_result_comes_to_nobody():
    chat = Talk(release(flow("main", *PARTS), CANCEL_FLOW, variables=[{"name": "why"}]))
    asked = chat.last.effects[0]
    chat.say("start over")
    assert chat.last.withdrawn == (asked.key,)
    assert chat.last.effects[0].key != asked.key
    assert chat.send(EffectDone(asked.token or "", {"does": "say", "text": "Too late."})) == []
    assert chat.last.stale


def test_without_fakes_it_says_what_it_would_do():
    told = said(talk().say("Cancel *A-1*"))
    task = phrase("example_agent", "en", task=r"Cancel \*A-1\*", tools="cancel")
    assert told == [task, "Bye."]


def test_the_problems_of_a_bot_know_its_tools():
    body = {
        "format": "flyt/1", "name": "T", "main": "main", "variables": [{"name": "why"}],
        "flows": [flow("main", *PARTS), CANCEL_FLOW],
    }  # fmt: skip
    codes = [problem.code for problem in examine(body)[1]]
    assert "unused_flow" not in codes
    # Nothing is certain of a tool that is perhaps never used.
    text = node("bye", "message", text="{{ why }}")
    body["flows"] = [flow("main", PARTS[0], text, *PARTS[2:]), CANCEL_FLOW]
    assert "unset_variable" in [problem.code for problem in examine(body)[1]]
    body["flows"] = [flow("main", *PARTS)]
    (missing,) = [p for p in examine(body)[1] if p.code == "document"]
    assert missing.path == "flows[0].nodes[0].config.tools[0].flow"
    assert missing.message == 'There is no flow "cancel".'
