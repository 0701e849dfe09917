from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from runtime.core.document import parse
from runtime.core.problems import Problem, examine, problems
from tests.documents.documents import document, flow, node, shop

YES = {"id": "yes", "label": "Yes", "where": {"variable": "n", "op": "gt", "value": 3}}


def say(id_: str, text: str = "Hi") -> dict[str, Any]:
    return node(id_, "message", text=text)


def ask(id_: str, variable: str = "n", **more: Any) -> dict[str, Any]:
    return node(id_, "ask.text", text="And?", variable=variable, **more)


def check(id_: str) -> dict[str, Any]:
    return node(id_, "condition", branches=[YES])


def put(id_: str, variable: str, value: Any) -> dict[str, Any]:
    return node(id_, "set", assign=[{"variable": variable, "value": value}])


def choice(id_: str, **more: Any) -> dict[str, Any]:
    options = [{"id": "a", "label": "Alpha"}, {"id": "b", "label": "Beta"}]
    return node(id_, "ask.choice", text="Which?", variable="n", options=options, **more)


def cards(id_: str, **button: Any) -> dict[str, Any]:
    buttons = [{"id": "more", "label": "More", **button}]
    return node(id_, "cards", cards=[{"id": "c", "title": "Tea", "buttons": buttons}])


def call(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return node(id_, "subflow", flow=name, **more)


def main(*parts: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    return flow("main", *parts, triggers=[{"kind": "start"}], **more)


def found(*flows: dict[str, Any], **more: Any) -> list[Problem]:
    return problems(parse(document(*flows, **more)))


def codes(*flows: dict[str, Any], **more: Any) -> list[tuple[str, str, str | None]]:
    return [(p.severity, p.code, p.node or p.flow) for p in found(*flows, **more)]


N = [{"name": "n", "type": "number"}]
SOUND: dict[str, list[dict[str, Any]]] = {
    "a message at the end": [main(say("a"), say("b"), "a > b")],
    "an answer that can be corrected before it is asked for": [
        main(ask("a"), say("b"), "a > b"),
        flow(
            "wrong",
            node("fix", "repair", action="correct", variable="n"),
            triggers=[{"kind": "keyword", "words": ["wrong"]}],
        ),
    ],
    "an option that follows next": [main(choice("a"), say("b"), "a > b")],
    "both branches used": [
        main(ask("q"), check("c"), say("a"), say("b"), "q > c", "c.yes > a", "c.else > b")
    ],
    "a branch that ends, and another that goes on": [
        main(ask("q"), check("c"), say("a"), "q > c", "c.yes > a")
    ],
    "a round with a question": [main(ask("q"), say("a"), "q > a", "a > q")],
    "a round with a button": [main(cards("c"), say("a"), "c > a", "a > c")],
    "links at the end": [main(cards("c", url="https://example.com"))],
    "a form that sets what is said": [
        main(
            node(
                "f",
                "ask.form",
                text="Who?",
                variable="n",
                fields=[{"variable": "name", "type": "text", "label": "Name"}],
            ),
            say("a", "{{ name }}"),
            "f > a",
        )
    ],
    "a loop that comes back": [
        main(
            node("l", "loop", items="[1, 2]", item="one"),
            say("a", "{{ one }}"),
            say("b"),
            "l.each > a",
            "a > l",
            "l.done > b",
        )
    ],
    "a loop whose body ends open": [
        main(
            node("l", "loop", items="[1, 2]", item="one"),
            check("c"),
            ask("q"),
            say("b"),
            "l.each > c",
            "c.yes > q",
            "l.done > b",
        )
    ],
    "a sub-flow that ends with a question": [
        main(call("s", "other"), say("z"), "s > z"),
        flow("other", ask("q")),
    ],
    "a round through a sub-flow that asks": [
        main(call("s", "other"), say("a"), "s > a", "a > s"),
        flow("other", ask("q")),
    ],
    "a jump back to a question": [main(ask("q"), node("j", "jump", node="q"), "q > j")],
    "a variable set before it is said": [main(ask("q"), say("a", "{{ n }}"), "q > a")],
    "a variable set further up in the same node": [
        main(
            node(
                "s",
                "set",
                assign=[{"variable": "n", "value": 3}, {"variable": "m", "value": "{{ n * 2 }}"}],
            ),
            say("z", "{{ m }}"),
            "s > z",
        )
    ],
    "a variable set by the sub-flow": [
        main(call("s", "other"), say("a", "{{ n }}"), "s > a"),
        flow("other", ask("q")),
    ],
    "an output of a sub-flow": [
        main(call("s", "other", outputs={"x": "n"}), say("a", "{{ n }}"), "s > a"),
        flow("other", ask("q", "x"), outputs=["x"]),
    ],
    "an input of a sub-flow": [
        main(call("s", "other", inputs={"x": 1}), say("z"), "s > z"),
        flow("other", say("a", "{{ x }}"), inputs=["x"]),
    ],
    "a value that may be missing, provided for": [
        main(check("c"), say("a", "{{ n or 'nothing' }} {{ contact.name }}"), "c.yes > a")
    ],
    "an error described where it is caught": [
        main(say("m")),
        flow("oops", say("a", "{{ error.message }}"), triggers=[{"kind": "error"}]),
    ],
}


@pytest.mark.parametrize("flows", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_found_where_nothing_is_wrong(flows: list[dict[str, Any]]) -> None:
    assert codes(*flows, variables=N) == []


def test_nothing_is_found_in_the_sample_but_what_is_not_translated() -> None:
    assert {problem.code for problem in problems(parse(shop()))} == {"untranslated"}


FAULTY: dict[str, tuple[list[dict[str, Any]], list[tuple[str, str, str | None]]]] = {
    "nothing leads there": (
        [main(say("a"), say("b"))],
        [("warning", "unreachable", "b")],
    ),
    "the main flow ends with a question": (
        [main(ask("q"))],
        [("warning", "dead_end", "q")],
    ),
    "a decision that leads nowhere": (
        [main(ask("q"), check("c"), "q > c")],
        [("warning", "dead_end", "c")],
    ),
    "an option nobody follows": (
        [main(choice("q"), say("a"), "q.a > a")],
        [("warning", "open_port", "q")],
    ),
    "a round for ever": (
        [main(say("a"), say("b"), "a > b", "b > a")],
        [("error", "loop_without_wait", "a")],
    ),
    "a round that may end": (
        [
            main(
                put("s", "n", "{{ (n or 0) + 1 }}"),
                check("c"),
                say("z"),
                "s > c",
                "c.else > s",
                "c.yes > z",
            )
        ],
        [("warning", "loop_without_wait", "s")],
    ),
    "a round of links": (
        [main(cards("c", url="https://example.com"), say("a"), "c > a", "a > c")],
        [("error", "loop_without_wait", "c")],
    ),
    "opening hours of which nothing is made": (
        [
            main(
                node(
                    "h",
                    "business_hours",
                    schedule=[{"day": "monday", "opens": "9", "closes": "17"}],
                ),
                say("a"),
                "h.open > a",
            )
        ],
        [("warning", "open_port", "h")],
    ),
    "a jump to itself": (
        [main(say("a"), node("j", "jump", node="a"), "a > j")],
        [("error", "loop_without_wait", "a")],
    ),
    "a round through a silent sub-flow": (
        [main(call("s", "other"), say("a"), "s > a", "a > s"), flow("other", say("x"))],
        [("error", "loop_without_wait", "s")],
    ),
    "a sub-flow that calls itself": (
        [
            main(call("s", "other"), say("z"), "s > z"),
            flow("other", say("x"), call("again", "other"), "x > again"),
        ],
        [("error", "recursion_without_wait", "again")],
    ),
    "two flows that call each other": (
        [
            main(call("s", "one"), say("z"), "s > z"),
            flow("one", call("a", "two")),
            flow("two", check("c"), call("b", "one"), say("y"), "c.yes > b", "c.else > y"),
        ],
        [("warning", "recursion_without_wait", "a")],
    ),
    "a flow nobody starts": (
        [main(say("a")), flow("spare", say("b"))],
        [("warning", "unused_flow", "spare")],
    ),
    "a name nobody knows": (
        [main(ask("q"), say("a", "{{ m }}"), "q > a")],
        [("error", "unknown_variable", "a")],
    ),
    "an input of another flow": (
        [
            main(call("s", "other"), say("z", "{{ x or 1 }}"), "s > z"),
            flow("other", say("a"), inputs=["x"]),
        ],
        [("error", "unknown_variable", "z")],
    ),
    "a value that one way leaves out": (
        [main(check("c"), ask("q"), say("a", "{{ n }}"), "c.yes > q", "q > a", "c.else > a")],
        [("warning", "unset_variable", "a")],
    ),
    "a value that a failed answer leaves out": (
        [main(ask("q"), say("a", "{{ n }}"), say("b"), "q > b", "q.invalid > a")],
        [("warning", "unset_variable", "a")],
    ),
    "an item outside its loop": (
        [
            main(
                node("l", "loop", items="[1]", item="one"),
                say("a"),
                say("b", "{{ one }}"),
                "l.each > a",
                "l.done > b",
            )
        ],
        [("warning", "unset_variable", "b")],
    ),
    "a value that only some calls have set": (
        [
            main(
                check("c"),
                call("s", "other"),
                ask("q"),
                call("t", "other"),
                say("z"),
                "c.yes > s",
                "c.else > q",
                "q > t",
                "t > z",
                "s > z",
            ),
            flow("other", say("a", "{{ n }}")),
        ],
        [("warning", "unset_variable", "a")],
    ),
    "an intent": (
        [
            main(say("a")),
            flow("i", say("b"), triggers=[{"kind": "intent", "examples": ["I want to pay"]}]),
        ],
        [("warning", "few_examples", "i")],
    ),
    "a keyword of two flows": (
        [
            main(say("a")),
            *(
                flow(f"f{n}", say("b"), triggers=[{"kind": "keyword", "words": ["Pay!"]}])
                for n in (1, 2)
            ),
        ],
        [("warning", "repeated_keyword", "f2")],
    ),
}


@pytest.mark.parametrize(("flows", "expected"), FAULTY.values(), ids=FAULTY.keys())
def test_what_is_wrong_is_found(
    flows: list[dict[str, Any]], expected: list[tuple[str, str, str | None]]
) -> None:
    assert codes(*flows, variables=N) == expected


def test_rows_of_one_node_count_from_above() -> None:
    rows = [("m", "{{ n }}"), ("n", "{{ n + 1 }}"), ("k", "{{ n }}{{ m }}")]
    assign = [{"variable": variable, "value": value} for variable, value in rows]
    unset = found(main(node("s", "set", assign=assign), say("z"), "s > z"), variables=N)
    assert [(p.code, p.path) for p in unset] == [
        ("unset_variable", "flows[0].nodes[0].config.assign[0].value"),
        ("unset_variable", "flows[0].nodes[0].config.assign[1].value"),
    ]


def test_a_group_without_a_rule_is_named() -> None:
    one = {"variable": "n", "op": "is_set"}
    branches = [
        {"id": "a", "label": "A", "where": {"all": []}},
        {"id": "b", "label": "B", "where": {"any": [one, {"all": [one, {"any": []}]}]}},
        {"id": "c", "label": "C", "where": {"all": [one]}},
    ]
    worded = node("z", "message", text="Hi", variants=[{"text": "Ho", "where": {"any": []}}])
    begin = node("s", "condition", branches=branches)
    ways = (f"s.{way} > z" for way in ("a", "b", "c", "else"))
    empty = found(main(begin, worded, *ways), variables=N)
    assert [(p.severity, p.code, p.path, p.message) for p in empty] == [
        (
            "warning",
            "empty_group",
            f"flows[0].nodes[{place}",
            f"This group has no condition: it is {holds} true.",
        )
        for place, holds in (
            ("0].config.branches[0].where.all", "always"),
            ("0].config.branches[1].where.any[1].all[1].any", "never"),
            ("1].config.variants[0].where.any", "never"),
        )
    ]


def test_a_default_is_a_value() -> None:
    flows = [main(say("a", "{{ n }}"))]
    assert codes(*flows, variables=[{"name": "n", "default": 1}]) == []


def test_a_problem_names_its_place_and_its_mend() -> None:
    (problem,) = found(
        main(ask("q", "number"), say("a", "Hi"), say("b", "{{ nubmer }}"), "q > a", "a > b")
    )
    assert problem == Problem(
        path="flows[0].nodes[2].config.text",
        severity="error",
        code="unknown_variable",
        message='The bot has no variable "nubmer".',
        hint='Did you mean "number"? Or add it to the bot\'s variables.',
        flow="main",
        node="b",
    )


def test_addresses_have_nothing_to_translate() -> None:
    url = "https://example.com/{{ n }}.png"
    shown = node("m", "media", kind="image", url=url, caption="Tea")
    missing = found(main(ask("q"), shown, "q > m"), languages={"nb": {}}, variables=N)
    assert [problem.path for problem in missing] == [
        "flows[0].nodes[0].config.text",
        "flows[0].nodes[1].config.caption",
    ]


def test_each_missing_translation_is_named() -> None:
    texts = {"flows.main.nodes.q.config.text": "Hva?"}
    missing = found(main(choice("q"), say("a", "{{ n }}!"), "q > a"), languages={"nb": texts})
    assert [problem.path for problem in missing] == [
        "flows[0].nodes[0].config.options[0].label",
        "flows[0].nodes[0].config.options[1].label",
    ]
    assert {problem.code for problem in missing} == {"untranslated"}


def test_a_step_of_a_model_that_reads_a_secret_without_saying_so_is_told() -> None:
    secret = [{"name": "n", "confidential": True}]
    answer = node("x", "ai.answer", question="{{ n }}")
    flow_ = [ask("q"), answer, "q > x"]
    [problem] = [p for p in found(main(*flow_), variables=secret) if p.code == "confidential"]
    assert (problem.severity, problem.node) == ("warning", "x")
    assert problem.path == "flows[0].nodes[1].config.confidential"
    stored = node("x", "ai.extract", fields=[{"variable": "n", "type": "text"}])
    assert "confidential" in {p.code for p in found(main(stored), variables=secret)}
    assert "confidential" not in {p.code for p in found(main(*flow_), variables=[{"name": "n"}])}
    answer["config"]["confidential"] = True
    assert "confidential" not in {p.code for p in found(main(*flow_), variables=secret)}


def test_a_variable_that_takes_what_is_in_a_secret_is_told_once() -> None:
    secret = [{"name": "n", "confidential": True}]
    note = node("note", "set", assign=[{"variable": "note", "value": "About {{ n }}"}])
    copy = node("copy", "set", assign=[{"variable": "copy", "value": "{{ note }}"}])
    again = node("again", "set", assign=[{"variable": "note", "value": "{{ n }}"}])
    flow_ = [ask("q"), note, copy, again, "q > note", "note > copy", "copy > again"]

    def copies(*declared: dict[str, Any]) -> list[Any]:
        known = found(main(*flow_), variables=[*secret, *declared])
        return [p for p in known if p.code == "confidential_copy"]

    first, second = copies()
    assert first.message == '"note" takes what is in the confidential "n".'
    assert (first.severity, first.node) == ("warning", "note")
    assert first.path == "flows[0].nodes[1].config.assign[0].variable"
    assert second.message == '"copy" takes what is in the confidential "n".'
    [left] = copies({"name": "note", "confidential": True})
    assert left.node == "copy"
    assert not [p for p in found(main(*flow_), variables=[{"name": "n"}]) if "copy" in p.code]


def test_what_cannot_be_marked_is_not_asked_for_but_followed() -> None:
    secret = [{"name": "n", "confidential": True}]
    call = node("call", "subflow", flow="in", inputs={"text": "{{ n }}"}, outputs={"text": "n"})
    go = node("go", "loop", items="[n]", item="one")
    put = node("put", "ai.rewrite", text="{{ text }}", task="translate", variable="text")
    inside = flow("in", put, inputs=["text"], outputs=["text"])
    codes = found(main(ask("q"), call, go, "q > call", "call > go"), inside, variables=secret)
    assert [(p.code, p.node) for p in codes if "confidential" in p.code] == [
        ("confidential", "put")
    ]


def test_errors_come_first_and_unsound_documents_are_explained_too() -> None:
    severities = [p.severity for p in found(main(say("a", "{{ m }}"), say("b"), say("c")))]
    assert severities == ["error", "warning", "warning"]
    document_, problems_ = examine({"format": "flyt/1"})
    assert document_ is None
    assert {problem.path for problem in problems_} == {"name", "flows"}


def test_what_makes_a_document_unsound_is_led_to_its_flow_and_node() -> None:
    wrong = document(flow("main", ask("q"), node("odd", "mesage", text="Hi"), "q > odd"))
    wrong["flows"][0]["edges"].append({"source": "q", "port": "next", "target": "gone"})
    wrong["flows"][0]["nme"] = "Main"
    wrong["varables"] = []
    _, mistakes = examine(wrong)
    places = {(problem.path, problem.flow, problem.node) for problem in mistakes}
    assert ("flows[0].nodes[1].type", "main", "odd") in places
    assert ("flows[0].nme", "main", None) in places
    assert ("varables", None, None) in places
    headless: dict[str, Any] = {"format": "flyt/1", "flows": [{"nodes": [7, {"id": 7}]}, "flow"]}
    _, mistakes = examine(headless)
    assert mistakes
    assert {(problem.flow, problem.node) for problem in mistakes} == {(None, None)}


def test_two_thousand_nodes_take_less_than_a_second() -> None:
    parts: list[dict[str, Any] | str] = []
    for number in range(0, 2_000, 4):
        q, c, s, m = (f"{letter}{number}" for letter in "qcsm")
        parts += [ask(q, f"v{number}"), check(c), put(s, f"w{number}", f"{{{{ v{number} }}}}")]
        parts += [
            node(m, "loop", items=f"[w{number}]", item="one")
            if number % 40 == 0
            else say(m, f"{{{{ w{number} }}}}")
        ]
        parts += [f"{q} > {c}", f"{c}.yes > {s}", f"{c}.else > {q}"]
        parts += [f"{s} > {m}", f"{m}.{'done' if number % 40 == 0 else 'next'} > q{number + 4}"]
    parts[-1] = str(parts[-1]).replace("q2000", "q0")
    large = parse(document(main(*parts), variables=N))
    began = process_time()
    problems(large)
    assert process_time() - began < 1


def test_what_keeps_a_document_from_being_read_names_its_flow_and_step() -> None:
    nodes = [{"id": "hello", "type": "message", "config": {}}]
    edges = [{"source": "hello", "target": "nobody"}]
    main = {"id": "main", "start": "hello", "nodes": nodes, "edges": edges}
    for wrong, step in ((main, "hello"), (main | {"start": 3, "nodes": "none"}, None)):
        _, found = examine({"format": "flyt/1", "name": "Unfinished", "flows": [wrong]})
        assert found
        assert found[0].flow == "main"
        assert step in {each.node for each in found}


def test_a_flow_without_steps_is_one_problem_in_plain_words() -> None:
    empty = {"id": "more", "name": "More", "start": "", "nodes": [], "edges": []}
    wrong = document(main(say("a")))
    wrong["flows"].append(empty)
    _, found = examine(wrong)
    assert [(p.path, p.message, p.hint) for p in found] == [
        ("flows[1].nodes", "This flow has no step yet.", "Add one, or delete the flow.")
    ]


def test_steps_and_languages_are_called_by_the_names_people_know() -> None:
    told = found(main(say("a"), say("lost")), languages={"nb": {}, "xx-Odd": {}})
    assert [problem.message for problem in told if problem.node == "lost"] == [
        'Nothing leads to "Message".',
        'This text has no Norwegian Bokmål translation yet: "Hi".',
        'This text has no xx-Odd translation yet: "Hi".',
    ]
