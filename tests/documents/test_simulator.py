from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import tests.doubles.plugin  # noqa: F401  a node with effects
from runtime.core.contract import HandedBack, Started, TakenOver, UserSaid
from runtime.core.document import parse
from runtime.core.release import Release
from runtime.simulator import NOON, Failure, NeverRests, Simulator, TestResult, run_test
from tests.documents.documents import document, flow, node, shop

ASK = node("ask", "ask.number", text="How many?", variable="number")


def calling(call: str) -> dict[str, Any]:
    """Asks for a number, calls an outside service, asks for a name."""
    return document(
        flow(
            "main",
            ASK,
            node("out", "test.outside", call=call, variable="reference"),
            node("name", "ask.text", text="{{ reference }}. Name?", variable="name"),
            node("sorry", "message", text="Sorry: {{ problem or '' }}"),
            "ask > out",
            "out > name",
            "out.error > sorry",
        ),
        variables=[{"name": "problem"}],
    )


def paying(at_most: str | None) -> dict[str, Any]:
    waiting = node("w", "wait", event="paid", duration=at_most, variable="sum")
    said = node("s", "message", text="Paid {{ sum }}")
    return document(flow("main", waiting, said, "w > s"))


def simulator(data: dict[str, Any], **options: Any) -> Simulator:
    return Simulator(Release(parse(data)), **options)


def texts(messages: Any) -> list[str]:
    return [message.text for message in messages]


# --- The conversation -----------------------------------------------------------------------


def test_a_conversation_from_beginning_to_end_and_again() -> None:
    chat = simulator(shop())
    assert texts(chat.start()) == ["Hello there!", "What do you need?"]
    assert chat.input
    assert [option.id for option in chat.input.options] == ["demo", "price"]
    chat.choose("Prices")
    assert texts(chat.say("ann@example.org")) == ["Thanks, ann@example.org!"]
    assert (chat.status, chat.variables["need"]) == ("ended", "Prices")
    assert texts(chat.say("hello again"))[0] == "Hello there!"
    assert (chat.status, chat.variables) == ("bot", {})
    assert [line.by for line in chat.transcript[:3]] == ["bot", "bot", "visitor"]


def test_variables_and_flows_can_be_given_at_the_beginning() -> None:
    chat = simulator(shop())
    chat.start({"need": "x"}, flow="mail")
    assert texts(chat.messages) == ["Your e-mail about ?"]
    assert chat.variables["need"] == "x"


def test_a_button_that_is_not_there_is_an_error_with_the_buttons() -> None:
    chat = simulator(shop())
    chat.start()
    with pytest.raises(LookupError, match=r'no button "x" \(there: demo, price\)'):
        chat.choose("x")


def test_files_are_sent_with_a_guessed_type() -> None:
    chat = simulator(document(flow("main", node("q", "ask.text", text="?", variable="x"))))
    chat.start()
    chat.upload("photo.jpg", "notes", size=5)
    files = chat.transcript[-2].message.files
    assert [(f.id, f.name, f.type, f.size) for f in files] == [
        ("file-1", "photo.jpg", "image/jpeg", 5),
        ("file-2", "notes", "application/octet-stream", 5),
    ]


def test_a_person_may_take_over_and_hand_back() -> None:
    chat = simulator(shop())
    chat.start()
    chat.send(TakenOver("agent"))
    assert chat.say("anybody?") == []
    assert (chat.status, chat.handed_off) == ("human", True)
    assert texts(chat.send(HandedBack())) == ["What do you need?"]


# --- The clock ------------------------------------------------------------------------------


def test_timers_fire_in_order_each_at_its_own_moment() -> None:
    wait = {"duration": "PT1H"}
    parts = [node(f"w{n}", "wait", **wait) for n in range(3)]
    says = [node(f"s{n}", "message", text=f"{n}") for n in range(3)]
    edges = ["w0 > s0", "s0 > w1", "w1 > s1", "s1 > w2", "w2 > s2"]
    chat = simulator(document(flow("main", *parts, *says, *edges)))
    chat.start()
    assert chat.wait(timedelta(minutes=59)) == []
    assert texts(chat.wait(timedelta(minutes=62))) == ["0", "1"]
    assert [line.at - NOON for line in chat.transcript] == [timedelta(hours=1), timedelta(hours=2)]
    assert chat.now == NOON + timedelta(minutes=121)


def test_a_flow_that_never_comes_to_rest_is_stopped() -> None:
    again = document(flow("main", node("w", "wait", duration="PT1S"), "w > w"))
    chat = simulator(again)
    chat.start()
    with pytest.raises(NeverRests):
        chat.wait(timedelta(days=3000))


def test_an_event_reaches_the_flow_that_waits_for_it() -> None:
    chat = simulator(paying("P1D"))
    chat.start()
    assert chat.signal(name="shipped") == []
    assert texts(chat.signal(5, name="paid")) == ["Paid 5"]


def test_data_without_a_name_reaches_whatever_waits() -> None:
    chat = simulator(paying(None))
    with pytest.raises(LookupError, match="nothing waits"):
        chat.signal(5)
    chat.start()
    assert texts(chat.signal(5)) == ["Paid 5"]


# --- Effects --------------------------------------------------------------------------------


def test_an_effect_is_answered_by_itself() -> None:
    chat = simulator(calling("quote"))
    chat.start()
    assert texts(chat.say("4")) == ["Q-4. Name?"]
    assert [p.effect.kind for p in chat.performed] == ["outside.quote"]


@pytest.mark.parametrize(
    ("fakes", "said"),
    [
        ({"outside.quote": {"reference": "X"}}, "X. Name?"),
        (
            {"outside.quote#out": {"reference": "Y"}, "outside.quote": {"reference": "X"}},
            "Y. Name?",
        ),
        ({"outside.quote": {"error": "timeout", "message": "late"}}, "Sorry: timeout"),
        ({"outside.quote": [{"reference": "1"}, {"error": "timeout"}]}, "1. Name?"),
    ],
)
def test_an_effect_is_answered_by_a_fake(fakes: dict[str, Any], said: str) -> None:
    chat = simulator(calling("quote"), fakes=fakes)
    chat.start()
    assert texts(chat.say("4")) == [said]


def test_a_list_of_fakes_is_used_in_order_and_its_last_one_stays() -> None:
    chat = simulator(
        calling("quote"), fakes={"outside.quote": [{"reference": "1"}, {"error": "timeout"}]}
    )
    chat.start()
    assert texts(chat.say("4")) == ["1. Name?"]
    chat.say("Ann")
    for _ in range(2):
        chat.start()
        assert texts(chat.say("4")) == ["Sorry: timeout"]


def test_what_is_written_while_a_quick_effect_is_in_flight_waits_for_it() -> None:
    chat = simulator(calling("quote"), hold=True)
    chat.start()
    assert chat.say("4") == []
    assert chat.say("Ann") == []
    assert len(chat.in_flight) == 1
    assert texts(chat.perform()) == ["Q-4. Name?"]
    assert (chat.variables["name"], chat.status) == ("Ann", "ended")


def test_an_effect_whose_flow_was_cancelled_is_not_answered() -> None:
    chat = simulator(calling("book"), hold=True)
    chat.start()
    chat.say("4")
    chat.say("cancel")
    assert chat.status == "ended"
    assert not chat.in_flight


def test_the_same_actions_give_the_same_conversation() -> None:
    variants = [{"text": f"Hello {n}"} for n in range(20)]
    data = document(flow("main", node("m", "message", text="Hello", variants=variants)))
    said = set()
    for _ in range(5):
        chat = simulator(data)
        said.add(tuple(texts(chat.start())))
    assert len(said) == 1


# --- The tests inside documents -------------------------------------------------------------


def run(data: dict[str, Any], talk: list[dict[str, Any]], **more: Any) -> TestResult:
    found = parse(data | {"tests": [{"name": "t", "talk": talk, **more}]})
    return run_test(found, found.tests[0])


def failures(data: dict[str, Any], *talk: dict[str, Any], **more: Any) -> list[Failure]:
    return list(run(data, list(talk), **more).failures)


def test_the_sample_passes_its_own_test() -> None:
    found = parse(shop())
    result = run_test(found, found.tests[0])
    assert result.passed
    assert result.name == "demo"
    assert [visit.node for visit in result.trace][:2] == ["hello", "need"]


def test_messages_match_exactly_in_part_or_by_pattern() -> None:
    assert failures(
        shop(),
        {"bot": "Hello there!"},
        {"bot": "/^what .* NEED/".replace("NEED", "need")},
    ) == [Failure(1, "/^what .* need/", "What do you need?")]
    assert not failures(shop(), {"bot": "~THERE"}, {"bot": "/need\\?$/"})


def test_messages_keep_their_order_and_match_once() -> None:
    assert failures(shop(), {"bot": "What do you need?"}, {"bot": "Hello there!"}) == [
        Failure(1, "Hello there!", "nothing more was said")
    ]


def test_values_escaped_for_markdown_match_as_they_read() -> None:
    data = document(
        flow("main", node("m", "message", text="Dear {{ who or '' }}")), variables=[{"name": "who"}]
    )
    assert not failures(data, {"bot": "Dear [Bo] *B*"}, variables={"who": "[Bo] *B*"})


def test_a_visitor_may_speak_first() -> None:
    assert not failures(
        shop(), {"user": "I want to buy"}, {"bot": "Hello there!"}, {"choose": "demo"}
    )


def test_every_kind_of_expectation_can_fail() -> None:
    found = failures(
        calling("quote"),
        {"user": "hello"},
        {"user": "4"},
        {"vars": {"number": 5, "reference": "Q-4"}},
        {"status": "ended"},
        {"performed": {"outside.quote": {"number": 5}}},
        {"performed": "outside.book"},
        {"not_performed": "outside.quote"},
        {"node_reached": ["ask", "sorry"]},
        {"handed_off": True},
        {"handed_off": "sales"},
        {"latency_below": 1e-9},
        {"confidence_at_least": 0.5},
        {"persona": {"goal": "a refund"}},
        {"bot": "Bye"},
    )
    assert [(f.step, f.expected, f.got) for f in found if f.step != 10] == [
        (2, '{"number":5}', '{"number":4}'),
        (3, "ended", "bot"),
        (4, 'outside.quote {"number":5}', 'outside.quote {"number":4}'),
        (5, "outside.book {}", 'outside.quote {"number":4}'),
        (6, "no outside.quote", 'outside.quote {"number":4}'),
        (7, "sorry", "ask → out → name"),
        (8, "a person got the conversation", "no person got the conversation"),
        (9, "handed to sales", "there are no teams: write true or false"),
        (11, "at least 0.5", "no answer yet"),
        (12, '{"goal":"a refund"}', "nobody here can play a visitor: write what they say"),
        (13, "Bye", "How many? · Q-4. Name?"),
    ]


def test_every_kind_of_expectation_can_be_met() -> None:
    assert not failures(
        calling("quote"),
        {"user": "hello"},
        {"user": "4"},
        {"bot": "Z. Name?"},
        {"performed": {"outside.quote": {"number": 4}}},
        {"performed": "outside.quote"},
        {"not_performed": ["outside.book", "outside.letter"]},
        {"not_performed": {"outside.quote": {"number": 5}}},
        {"node_reached": "main.out"},
        {"handed_off": False},
        {"latency_below": 5},
        {"user": "Ann"},
        {"vars": {"name": "Ann", "reference": "Z", "problem": None}},
        {"status": "ended"},
        fakes={"outside.quote": {"reference": "Z"}},
    )


def test_a_line_that_cannot_be_acted_out_ends_the_test() -> None:
    found = failures(shop(), {"choose": ["demo", "x"]}, {"bot": "Never"})
    assert found == [Failure(0, "choose ('demo', 'x')", 'there is no button "demo" (there: none)')]


@pytest.mark.parametrize("signal", ["paid", {"name": "paid", "data": 5}, {"node": "w", "data": 5}])
def test_signals_are_written_in_several_ways(signal: Any) -> None:
    talk = [{"wait": "PT1H"}, {"signal": signal}, {"bot": "~Paid"}]
    assert not failures(paying("P1D"), *talk)


def handing_over() -> dict[str, Any]:
    ask = node("ask", "ask.text", text="Name?", variable="name")
    call = node("call", "handoff", text="One moment.")
    back = node("back", "message", text="Here I am again, {{ name }}.")
    return document(flow("main", ask, call, back, "ask > call", "call > back"))


def test_colleagues_take_over_hand_back_and_end() -> None:
    assert not failures(
        handing_over(),
        {"colleague": "take_over"}, {"status": "human"}, {"user": "Hello?"},
        {"colleague": "hand_back"}, {"bot": "Name?"}, {"user": "Ada"},
        {"bot": "One moment."}, {"handed_off": True},
        {"colleague": "take_over"}, {"colleague": "hand_back"}, {"bot": "Here I am again, Ada."},
    )  # fmt: skip
    assert not failures(handing_over(), {"colleague": "end"}, {"status": "ended"})


@pytest.mark.parametrize(
    ("talk", "got"),
    [
        (["hand_back"], "no person has the conversation"),
        (["take_over", "take_over"], "a person has the conversation already"),
        (["end", "take_over"], "the conversation has ended"),
    ],
)
def test_what_colleagues_cannot_do_ends_the_test(talk: list[str], got: str) -> None:
    last = len(talk) - 1
    found = failures(handing_over(), *({"colleague": does} for does in talk), {"bot": "Never"})
    assert found == [Failure(last, f"colleague {talk[-1]}", got)]


def test_a_test_may_speak_another_language() -> None:
    assert not failures(shop(), {"bot": "Hei!"}, {"choose": "Demonstrasjon"}, language="nb")


def test_stale_events_change_nothing() -> None:
    chat = simulator(shop())
    chat.start()
    before = (chat.session, chat.facts.turn)
    chat.send(UserSaid("late", token="0:0"))
    chat.send(Started())
    assert (chat.session, chat.facts.turn) == before


def test_how_sure_an_answer_was_can_be_expected() -> None:
    data = document(flow("main", node("ask", "ai.answer", question="How long?")))
    fakes = {"ai.answer": {"text": "Five years.", "confidence": 0.6}}
    talk = [{"bot": "Five years."}, {"confidence_at_least": 0.6}, {"confidence_at_least": 0.61}]
    (wrong,) = run(data, talk, fakes=fakes).failures
    assert (wrong.step, wrong.expected, wrong.got) == (2, "at least 0.61", "0.6")


# --- A model's choice -----------------------------------------------------------------------


def sizes(fakes: dict[str, Any], talk: list[dict[str, Any]]) -> TestResult:
    options = [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}]
    asked = [node(id_, "ask.choice", text=f"{id_}?", variable=id_, options=options)
             for id_ in ("cup", "plate")]  # fmt: skip
    data = document(flow("main", *asked, "cup > plate"))
    data["tests"] = [{"name": "sizes", "fakes": fakes, "talk": talk}]
    parsed = parse(data)
    return run_test(parsed, parsed.tests[0])


FAMILY = [{"bot": "cup?"}, {"user": "whatever fits a family"}]


def test_no_model_chooses_in_a_test_unless_a_fake_says_what_it_would() -> None:
    assert sizes({}, [*FAMILY, {"bot": "Please choose one of the options."}]).passed
    answers = [{"options": ["l"], "sure": 0.9}, {"options": []}, {"error": "timeout"},
               {"options": ["s"], "sure": 0.2}, {"options": ["xl"]}]  # fmt: skip
    again = {"bot": "Please choose one of the options."}
    talk = [*FAMILY, {"vars": {"cup": "Large"}}, {"bot": "plate?"}]
    refused = [{"user": "hm"}, again, {"user": "hm"}, again]
    assert sizes({"understand": answers}, [*talk, *refused]).passed
    result = sizes({"understand": answers}, talk)
    assert result.trace[1].note == "understood by a fake as Large (90% sure)"


def test_a_fake_may_be_for_one_question() -> None:
    fakes = {"understand#plate": {"options": ["s"]}}
    talk = [*FAMILY, {"bot": "Please choose one of the options."}, {"choose": "l"},
            {"user": "anything"}, {"vars": {"plate": "Small"}}]  # fmt: skip
    assert sizes(fakes, talk).passed
