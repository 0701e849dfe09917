"""One promise of the interpreter, one test."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from runtime.core.contract import (
    NEXT,
    AnyEvent,
    AnyOutcome,
    Closed,
    Context,
    Facts,
    File,
    HandedBack,
    Message,
    Next,
    Node,
    Perform,
    PersonSaid,
    Signal,
    Started,
    TakenOver,
    UserSaid,
    Wait,
    Way,
)
from runtime.core.effects import Effect
from runtime.core.interpreter import give_up
from runtime.core.session import Owner, dump
from tests.core.talk import Talk, flow, node, release

NAME = node("name", "ask.text", text="Your name?", variable="name")
AGE = node("age", "ask.number", text="Your age?", variable="age", retry_texts=["A number, please"])
DONE = node("done", "message", text="{{ name }} is {{ age }}")


def survey(*more, **extra):
    return flow("main", NAME, AGE, DONE, "name > age", "age > done", *more, **extra)


def test_runs_to_the_first_question_and_on_from_the_answer():
    talk = Talk(release(survey()))
    assert [m.text for m in talk.last.messages] == ["Your name?"]
    assert talk.last.input.type == "text"
    assert talk.say("Ada") == ["Your age?"]
    assert talk.say("36") == ["Ada is 36"]
    assert talk.status == "ended"
    assert talk.vars == {"name": "Ada", "age": 36}


def test_the_trace_names_nodes_ports_and_changed_variables():
    talk = Talk(release(survey()))
    talk.say("Ada")
    assert [(v.node, v.event, v.outcome, v.port, v.changed) for v in talk.last.trace] == [
        ("name", "UserSaid", "Next", "next", {"name": "Ada"}),
        ("age", None, "Wait", None, {}),
    ]


def test_the_first_message_of_a_visitor_opens_the_conversation():
    talk = Talk(release(survey()), start=False)
    assert talk.say("hello") == ["Your name?"]
    assert talk.last.heard.text == "hello"


def test_an_event_after_the_end_is_stale():
    talk = Talk(release(flow("main", node("bye", "message", text="Bye"))))
    before = talk.session
    assert talk.say("hello?") == []
    assert talk.last.stale
    assert talk.session == before


def test_an_answer_to_an_earlier_question_changes_nothing():
    talk = Talk(release(survey()))
    old = talk.last.input.token
    talk.say("Ada", token=old)
    before = talk.session
    talk.say("Eve", token=old)
    assert talk.last.stale
    assert talk.last.heard is None
    assert talk.session == before
    assert talk.last.input.type == "number"


# --- Sub-flows ----------------------------------------------------------------------------------


def test_a_sub_flow_has_names_of_its_own_and_returns_its_outputs():
    double = flow(
        "double",
        node("calc", "set", assign=[{"variable": "twice", "value": "{{ n * 2 }}"}]),
        inputs=[{"name": "n", "type": "number"}],
        outputs=[{"name": "twice", "type": "number"}],
    )
    main = flow(
        "main",
        node("n", "set", assign=[{"variable": "n", "value": 1}]),
        node("call", "subflow", flow="double", inputs={"n": "{{ 21 }}"}, outputs={"twice": "got"}),
        node("tell", "message", text="{{ got }}, n is still {{ n }}, twice is {{ twice }}"),
        "n > call",
        "call > tell",
    )
    talk = Talk(release(main, double, variables=[{"name": "twice", "type": "number"}]))
    assert [m.text for m in talk.last.messages] == ["42, n is still 1, twice is "]


def test_cancel_climbs_to_the_edge_of_the_nearest_caller():
    inner = flow("inner", node("q", "ask.text", text="Inner?", variable="x"))
    main = flow(
        "main",
        node("call", "subflow", flow="inner"),
        node("saved", "message", text="As you wish"),
        "call.cancelled > saved",
    )
    talk = Talk(release(main, inner))
    assert talk.say("cancel")[-1] == "As you wish"
    assert talk.status == "ended"


def test_cancel_without_any_edge_ends_the_conversation():
    talk = Talk(release(survey()))
    assert talk.say("cancel")
    assert talk.status == "ended"


def test_flows_that_call_each_other_for_ever_are_stopped_and_named():
    main = flow("main", node("again", "subflow", flow="other"))
    other = flow("other", node("back", "subflow", flow="main"))
    talk = Talk(release(main, other))
    assert talk.status == "failed"
    assert any("again" in (v.note or "") or "back" in (v.note or "") for v in talk.last.trace)
    assert talk.last.messages  # never without a word


# --- Loops --------------------------------------------------------------------------------------

ITEMS = [{"name": "dishes", "type": "list", "default": ["soup", "fish", "cake"]}]


def menu(*more, limit=100):
    return flow(
        "main",
        node("each", "loop", items="dishes", item="dish", limit=limit),
        node("say", "message", text="{{ dish }}"),
        node("bye", "message", text="That is all"),
        "each.each > say",
        "each.done > bye",
        *more,
    )


def test_a_loop_runs_its_body_once_per_item_and_then_goes_on():
    talk = Talk(release(menu(), variables=ITEMS))
    assert [m.text for m in talk.last.messages] == ["soup", "fish", "cake", "That is all"]


def test_an_edge_back_to_the_loop_means_the_next_item():
    talk = Talk(release(menu("say > each"), variables=ITEMS))
    assert [m.text for m in talk.last.messages] == ["soup", "fish", "cake", "That is all"]


def test_a_target_outside_the_body_leaves_the_loop():
    talk = Talk(release(menu("say > bye"), variables=ITEMS))
    assert [m.text for m in talk.last.messages] == ["soup", "That is all"]


def test_a_loop_over_nothing_is_done_at_once():
    talk = Talk(release(menu(), variables=[{**ITEMS[0], "default": []}]))
    assert [m.text for m in talk.last.messages] == ["That is all"]


def test_a_question_inside_a_loop_waits_and_goes_on_with_the_next_item():
    main = flow(
        "main",
        node("each", "loop", items="dishes", item="dish"),
        node("ask", "ask.text", text="How was the {{ dish }}?", variable="last"),
        "each.each > ask",
    )
    talk = Talk(release(main, variables=ITEMS))
    assert talk.say("good") == ["How was the fish?"]
    assert talk.say("bad") == ["How was the cake?"]
    talk.say("great")
    assert talk.status == "ended"
    assert talk.vars["last"] == "great"
    assert "dish" not in talk.vars


def test_a_flow_that_never_waits_is_stopped_and_its_circle_named():
    main = flow(
        "main",
        node("a", "message", text="a"),
        node("b", "message", text="b"),
        "a > b",
        "b > a",
    )
    talk = Talk(release(main))
    assert talk.status == "failed"
    assert len(talk.last.messages) < 300
    assert talk.last.messages[-1].text not in ("a", "b")


def test_the_error_trigger_takes_what_no_edge_takes():
    main = flow(
        "main",
        node("bad", "set", assign=[{"variable": "x", "value": "{{ 1 / 0 }}"}]),
    )
    rescue = flow(
        "rescue",
        node("say", "message", text="Broken: {{ error.kind }} at {{ error.node }}"),
        triggers=[{"kind": "error"}],
    )
    talk = Talk(release(main, rescue))
    assert [m.text for m in talk.last.messages] == ["Broken: expression at bad"]
    assert talk.status == "ended"


def test_an_error_edge_of_a_caller_catches_what_fails_inside():
    inner = flow("inner", node("bad", "set", assign=[{"variable": "x", "value": "{{ 1 / 0 }}"}]))
    main = flow(
        "main",
        node("call", "subflow", flow="inner"),
        node("sorry", "message", text="Sorry"),
        "call.error > sorry",
    )
    assert [m.text for m in Talk(release(main, inner)).last.messages] == ["Sorry"]


# --- Digressions --------------------------------------------------------------------------------

HOURS = flow(
    "hours",
    node("say", "message", text="Nine to five"),
    triggers=[{"kind": "keyword", "words": ["opening hours"]}],
)


def test_a_keyword_digresses_and_the_question_is_asked_again():
    talk = Talk(release(survey(), HOURS))
    token = talk.last.input.token
    assert talk.say("what are your Opening Hours?") == ["Nine to five", "Your name?"]
    assert talk.last.input.token == token
    assert talk.say("Ada") == ["Your age?"]


def test_a_clear_answer_is_never_taken_for_a_keyword():
    numbers = flow(
        "n", node("s", "message", text="No"), triggers=[{"kind": "keyword", "words": ["7"]}]
    )
    talk = Talk(release(survey(), numbers))
    talk.say("Ada")
    assert talk.say("7") == ["Ada is 7"]


def test_a_system_phrase_must_be_the_whole_message():
    talk = Talk(release(survey()))
    assert talk.say("Cancel Culture is my band") == ["Your age?"]


def test_a_flow_of_the_same_id_overrides_a_system_flow():
    mine = flow(
        "system.cancel",
        node("no", "message", text="You can't"),
        triggers=[{"kind": "keyword", "words": ["cancel"]}],
    )
    talk = Talk(release(survey(), mine))
    assert talk.say("cancel") == ["You can't", "Your name?"]


def test_a_manual_start_runs_over_the_question_with_its_inputs():
    refund = flow(
        "refund",
        node("say", "message", text="Refund of {{ amount }}"),
        inputs=[{"name": "amount"}],
        triggers=[{"kind": "manual"}],
    )
    talk = Talk(release(survey(), refund))
    assert talk.send(Started("refund", {"amount": 12})) == ["Refund of 12", "Your name?"]


def test_silence_is_mended_by_the_repair_flow_then_ends_kindly():
    ask = NAME | {"config": NAME["config"] | {"timeout": "PT10M"}}
    talk = Talk(release(flow("main", ask)))
    said = talk.wait(minutes=10)
    assert said[-1] == "Your name?"
    assert talk.status == "bot"
    assert talk.wait(minutes=9) == []
    assert talk.wait(minutes=1)
    assert talk.status == "ended"


def test_a_no_reply_edge_is_taken_instead_of_the_repair_flow():
    ask = NAME | {"config": NAME["config"] | {"timeout": "PT10M"}}
    gone = node("gone", "message", text="Until next time")
    talk = Talk(release(flow("main", ask, gone, "name.no_reply > gone")))
    assert talk.wait(minutes=10) == ["Until next time"]


def test_what_is_not_understood_is_asked_again_and_then_a_person_is_offered():
    talk = Talk(release(survey()))
    talk.say("Ada")
    assert talk.say("old") == ["A number, please"]
    assert talk.say("very old") == ["A number, please"]
    assert talk.say("ancient")[-1] == "Your age?"
    for _ in range(3):
        talk.say("ancient")
    assert talk.last.input.type == "confirm"
    assert talk.say("no")
    assert talk.status == "ended"


def test_any_message_moves_the_deadline_of_the_question_below():
    ask = NAME | {"config": NAME["config"] | {"timeout": "PT10M"}}
    talk = Talk(release(flow("main", ask), HOURS))
    talk.wait(minutes=9)
    talk.say("opening hours")
    assert talk.wait(minutes=9) == []
    assert talk.wait(minutes=1)


def test_inactivity_starts_its_flow_over_the_question_once():
    nudge = flow(
        "nudge",
        node("say", "message", text="Still there?"),
        triggers=[{"kind": "inactivity", "after": "PT5M"}],
    )
    talk = Talk(release(survey(), nudge))
    assert talk.wait(minutes=5) == ["Still there?", "Your name?"]
    assert talk.wait(hours=5) == []
    talk.say("Ada")
    assert talk.wait(minutes=5) == ["Still there?", "Your age?"]


# --- Waits and signals --------------------------------------------------------------------------


def test_a_wait_goes_on_at_its_time_and_not_before():
    main = flow(
        "main",
        node("w", "wait", duration="PT1H"),
        node("m", "message", text="An hour later"),
        "w > m",
    )
    talk = Talk(release(main))
    assert talk.wait(minutes=59) == []
    assert talk.wait(minutes=1) == ["An hour later"]


def waits_for_payment():
    return flow(
        "main",
        node("q", "ask.text", text="Ready?", variable="ready"),
        node("w", "wait", event="paid", duration="PT1H"),
        node("yes", "message", text="Thank you"),
        node("no", "message", text="Never mind"),
        "q > w",
        "w > yes",
        "w.timeout > no",
    )


def test_a_wait_may_be_shorter_than_a_second():
    main = flow(
        "main",
        node("w", "wait", duration="PT0.5S"),
        node("m", "message", text="At once"),
        "w > m",
    )
    talk = Talk(release(main))
    assert talk.wait(seconds=0.4) == []
    assert talk.wait(seconds=0.1) == ["At once"]


def test_an_event_by_name_ends_the_wait_for_it():
    talk = Talk(release(waits_for_payment()))
    talk.say("yes")
    assert talk.send(Signal(name="other")) == []
    assert talk.send(Signal(name="paid")) == ["Thank you"]


def test_an_event_that_came_too_early_is_kept_until_it_is_waited_for():
    talk = Talk(release(waits_for_payment()))
    talk.send(Signal(name="paid"))
    assert talk.say("yes") == ["Thank you"]


def test_a_wait_for_an_event_has_a_limit():
    talk = Talk(release(waits_for_payment()))
    talk.say("yes")
    assert talk.wait(hours=1) == ["Never mind"]


def test_an_event_trigger_starts_its_flow_with_the_data():
    cart = flow(
        "cart",
        node("say", "message", text="You left {{ event.data.thing }}"),
        triggers=[{"kind": "event", "name": "cart_abandoned"}],
    )
    talk = Talk(release(survey(), cart))
    event = Signal(name="cart_abandoned", data={"thing": "a hat"})
    assert talk.send(event) == ["You left a hat", "Your name?"]


def test_what_arrives_under_a_digression_wakes_its_frame_afterwards():
    ask = flow(
        "ask",
        node("q", "ask.text", text="About what?", variable="topic"),
        triggers=[{"kind": "keyword", "words": ["help"]}],
    )
    main = flow(
        "main",
        node("w", "wait", duration="PT1H"),
        node("m", "message", text="An hour later"),
        "w > m",
    )
    talk = Talk(release(main, ask))
    talk.say("help")
    assert talk.wait(hours=2) == []
    assert talk.say("shoes") == ["An hour later"]


# --- Back, correct, restart ---------------------------------------------------------------------


def test_back_reopens_the_previous_question_and_restores_its_variables():
    talk = Talk(release(survey()))
    talk.say("Ada")
    assert talk.say("back") == ["Your name?"]
    assert "name" not in talk.vars
    talk.say("Eve")
    assert talk.say("36") == ["Eve is 36"]


def test_back_at_the_first_question_says_so_and_asks_again():
    talk = Talk(release(survey()))
    said = talk.say("back")
    assert len(said) == 2
    assert said[-1] == "Your name?"


def correctable():
    fix = flow(
        "fix",
        node("r", "repair", action="correct", variable="name"),
        triggers=[{"kind": "keyword", "words": ["wrong name"]}],
    )
    main = flow(
        "main",
        NAME,
        node("hello", "message", text="Hello {{ name }}"),
        AGE,
        node("town", "ask.text", text="Your town?", variable="town"),
        DONE,
        "name > hello",
        "hello > age",
        "age > town",
        "town > done",
    )
    return release(main, fix)


def test_correct_walks_forward_silently_to_the_open_question():
    talk = Talk(correctable())
    talk.say("Adda")
    talk.say("36")
    assert talk.say("wrong name") == ["Your name?"]
    assert talk.say("Ada") == ["Your town?"]
    assert talk.vars == {"name": "Ada", "age": 36}
    assert talk.say("London") == ["Ada is 36"]


def test_correct_speaks_again_where_the_way_differs():
    fix = flow(
        "fix",
        node("r", "repair", action="correct", variable="age"),
        triggers=[{"kind": "keyword", "words": ["wrong age"]}],
    )
    main = flow(
        "main",
        AGE,
        node(
            "if",
            "condition",
            branches=[
                {
                    "id": "child",
                    "label": "Child",
                    "where": {"all": [{"variable": "age", "op": "lt", "value": 18}]},
                }
            ],
        ),
        node("young", "message", text="Bring your parents"),
        node("old", "message", text="Welcome"),
        node("town", "ask.text", text="Your town?", variable="town"),
        "age > if",
        "if.child > young",
        "if.else > old",
        "young > town",
        "old > town",
    )
    talk = Talk(release(main, fix))
    talk.say("36")
    assert talk.say("wrong age") == ["Your age?"]
    assert talk.say("6") == ["Bring your parents", "Your town?"]


def test_restart_begins_anew_with_the_first_values():
    talk = Talk(release(survey(), variables=[{"name": "n", "type": "number", "default": 3}]))
    talk.say("Ada")
    assert talk.say("restart")[-1] == "Your name?"
    assert talk.vars == {"n": 3}


class Long(Effect, frozen=True):
    kind: ClassVar[str] = "test.long"


class Doing(Node):
    """Waits for something that is done elsewhere."""

    type: ClassVar[str] = "test.long"
    label: ClassVar[str] = "Long"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Any] = "do"
    ways: ClassVar[tuple[Way, ...]] = (NEXT, Way(id="cancelled", kind="cancelled"))

    def run(self, ctx: Context) -> AnyOutcome:
        return Perform(Long())


@pytest.mark.parametrize("caught", [False, True], ids=["open", "caught by the node's own edge"])
def test_cancelling_withdraws_what_the_node_was_waiting_for(caught: bool):
    edges = ["ask.cancelled > sorry"] if caught else []
    main = flow(
        "main",
        node("ask", "test.long"),
        node("sorry", "message", text="Never mind."),
        *edges,
    )
    talk = Talk(release(main))
    (performed,) = talk.last.effects
    said = talk.say("cancel")
    assert ("Never mind." in said) is caught
    assert talk.last.withdrawn == (performed.key,)


class Counting(Node):
    """Counts how often it is woken, in what it keeps; goes on after three times."""

    type: ClassVar[str] = "test.counting"
    label: ClassVar[str] = "Counting"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Any] = "do"

    def run(self, ctx: Context) -> AnyOutcome:
        return self._wait(ctx)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        return Next() if (ctx.kept or {}).get("times") == 3 else self._wait(ctx)

    def _wait(self, ctx: Context) -> Wait:
        times = (ctx.kept or {}).get("times", 0) + 1
        return Wait(on="reply", say=(Message(f"{times}"),), keep={"times": times})


def test_what_a_node_keeps_is_its_own_until_another_runs_in_its_place():
    main = flow(
        "main",
        node("one", "test.counting"),
        node("look", "message", text="{{ kept or 'nothing' }}"),
        node("two", "test.counting"),
        "one > look",
        "look > two",
    )
    aside = flow("aside", node("more", "test.counting"), triggers=[{"kind": "manual"}])
    talk = Talk(release(main, aside))
    assert talk.say("a") == ["2"]
    assert talk.session.frames[0].kept == {"times": 2}
    assert talk.send(Started("aside")) == ["1"]  # above it, with a memory of its own
    assert [talk.say("b"), talk.say("c"), talk.say("d")] == [["2"], ["3"], []]
    assert talk.say("e") == ["3"]
    assert talk.say("f") == ["nothing", "1"]
    assert talk.vars == {}


def test_restart_begins_anew_with_what_was_given_at_the_opening():
    main = flow(
        "main",
        node("hi", "message", text="Hello {{ name }}, you are on {{ plan }}."),
        node("new", "ask.text", text="New name?", variable="name"),
        node("more", "ask.text", text="More?", variable="more"),
        "hi > new",
        "new > more",
        inputs=["plan"],
    )
    talk = Talk(release(main, variables=[{"name": "name", "default": "you"}]), start=False)
    given = {"name": "Ada", "plan": "gold"}
    assert talk.send(Started(inputs=given)) == ["Hello Ada, you are on gold.", "New name?"]
    for _ in range(2):
        talk.say("Grace")
        assert talk.vars["name"] == "Grace"
        assert talk.say("restart")[-2:] == ["Hello Ada, you are on gold.", "New name?"]
        assert talk.vars == given


def test_silence_after_a_restart_still_starts_the_inactivity_flow():
    nudge = flow(
        "nudge",
        node("say", "message", text="Still there?"),
        triggers=[{"kind": "inactivity", "after": "PT5M"}],
    )
    talk = Talk(release(survey(), nudge))
    talk.say("restart")
    assert talk.wait(minutes=5) == ["Still there?", "Your name?"]


def test_skip_leaves_the_question_unanswered():
    talk = Talk(release(survey()))
    assert talk.say("skip")[-1] == "Your age?"
    assert "name" not in talk.vars


def test_repeat_asks_again():
    talk = Talk(release(survey()))
    assert talk.say("repeat") == ["Your name?"]


# --- Ownership ----------------------------------------------------------------------------------


def test_while_a_person_owns_the_conversation_nothing_is_said():
    talk = Talk(release(survey(), HOURS))
    talk.send(TakenOver("kari"))
    assert talk.status == "human"
    assert talk.say("opening hours") == []
    assert talk.last.heard.text == "opening hours"
    assert talk.send(Started("hours")) == []
    assert talk.send(HandedBack()) == ["Your name?"]
    assert talk.session.epoch == 2


def test_an_event_that_cannot_be_stepped_does_not_disturb_a_person():
    talk = Talk(release(survey()))
    talk.send(TakenOver("kari"))
    facts = Facts("c", turn=3)
    turn = give_up(talk.session, facts, talk.release, talk.now, "unreadable", "of another format")
    assert (turn.session, turn.messages) == (talk.session, ())


def test_a_timeout_during_ownership_waits_for_the_hand_back():
    main = flow(
        "main", node("w", "wait", duration="PT1H"), node("m", "message", text="Now"), "w > m"
    )
    talk = Talk(release(main))
    talk.send(TakenOver("kari"))
    assert talk.wait(hours=2) == []
    assert talk.send(HandedBack()) == ["Now"]


def test_who_answers_takes_over_and_no_node_runs():
    talk = Talk(release(survey(), HOURS))
    assert talk.send(PersonSaid("user:1", "Kari here.", "Kari")) == []
    assert (talk.last.spoken, talk.last.joined) == (Message("Kari here.", name="Kari"), "Kari")
    assert (talk.status, talk.session.owner) == ("human", Owner("user:1", "Kari"))
    assert (talk.last.trace, talk.last.input, talk.session.epoch) == ((), None, 1)
    talk.send(PersonSaid("user:1", "How can I help?", "Kari"))
    assert (talk.last.joined, talk.session.epoch) == (None, 1)
    assert talk.send(HandedBack()) == ["Your name?"]
    assert (talk.session.owner, talk.session.epoch) == (None, 2)


def test_a_person_sends_files_with_words_or_without():
    talk = Talk(release(survey()))
    files = (File("f1", "plan.pdf", "application/pdf", 9),)
    for text in ("The plan", ""):
        talk.send(PersonSaid("user:1", text, "Kari", files))
        assert talk.last.spoken == Message(text, "file", files=files, name="Kari")


def test_a_colleague_may_help_out_or_take_it():
    talk = Talk(release(survey()))
    talk.send(TakenOver("user:1", "Kari"))
    talk.send(PersonSaid("user:2", "Bo here, too.", "Bo"))
    assert (talk.last.joined, talk.session.owner) == (None, Owner("user:1", "Kari"))
    talk.send(TakenOver("user:2", "Bo"))
    assert (talk.last.joined, talk.session.owner) == ("Bo", Owner("user:2", "Bo"))
    talk.send(TakenOver("user:2", "Bo"))
    assert talk.last.stale
    assert talk.session.epoch == 1


def test_an_answer_reopens_what_has_ended_until_it_is_handed_back():
    main = flow("main", node("m", "message", text="Bye"))
    talk = Talk(release(main))
    assert talk.status == "ended"
    for event in (TakenOver("user:1"), HandedBack(), Closed()):
        talk.send(event)
        assert talk.last.stale
    talk.send(PersonSaid("user:1", "One more thing."))
    assert (talk.status, talk.last.joined) == ("human", "")
    assert talk.say("Yes?") == []
    assert talk.send(HandedBack()) == []
    assert (talk.status, talk.session.owner) == ("ended", None)


def test_a_person_ends_a_conversation_with_all_that_was_awaited():
    main = flow(
        "main", node("w", "wait", duration="PT1H"), node("m", "message", text="Now"), "w > m"
    )
    talk = Talk(release(main))
    talk.send(Closed())
    assert (talk.status, talk.session.frames, talk.session.epoch) == ("ended", (), 1)
    assert talk.timers == {}
    assert talk.wait(hours=2) == []


# --- Languages, choices, size -------------------------------------------------------------------


def test_texts_follow_the_visitors_locale_as_far_as_translated():
    texts = {"nb": {"flows.main.nodes.name.config.text": "Hva heter du?"}}
    bot = release(survey(), language="en", languages=texts)
    assert Talk(bot, locale="nb-NO").last.messages[0].text == "Hva heter du?"
    assert Talk(bot, locale="no").last.messages[0].text == "Hva heter du?"
    assert Talk(bot, locale="de").last.messages[0].text == "Your name?"


def choice(*edges):
    options = [
        {"id": "demo", "label": "A demo", "value": "demo"},
        {"id": "price", "label": "Prices"},
    ]
    return flow(
        "main",
        node("need", "ask.choice", text="What?", variable="need", options=options),
        node("a", "message", text="Demo it is"),
        node("b", "message", text="Anything: {{ need }}"),
        *edges,
    )


def test_an_option_without_an_edge_takes_the_edge_of_next():
    bot = release(choice("need.demo > a", "need > b"))
    talk = Talk(bot)
    assert talk.choose("demo") == ["Demo it is"]
    assert talk.last.heard.text == "A demo"
    assert Talk(bot).choose("price") == ["Anything: Prices"]


def test_early_text_is_taken_only_if_it_is_right_at_once():
    talk = Talk(release(survey()))
    talk.say("Ada")
    assert talk.send(UserSaid("hm", early=True)) == []
    assert talk.last.heard.text == "hm"
    assert talk.send(UserSaid("36", early=True)) == ["Ada is 36"]


def test_the_session_of_a_short_talk_is_small():
    talk = Talk(release(survey()))
    talk.say("Ada Lovelace")
    assert len(dump(talk.session)) < 500
