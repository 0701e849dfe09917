"""Every template a customer may start from is tried, translated and without a problem."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.core.document import Document, parse
from runtime.core.problems import problems
from runtime.core.release import Release
from runtime.simulator import run_test

BY_ITSELF = {"each", "done", "cancelled", "error"}  # taken by the interpreter, not by a node
TEMPLATES = {path.stem: path for path in sorted(Path("templates/flows").glob("*.json"))}


def test_the_templates_are_there() -> None:
    assert set(TEMPLATES) >= {"lead-qualification", "customer-survey", "opening-hours-and-menu"}


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> Document:
    return parse(TEMPLATES[request.param].read_bytes())


def test_nothing_is_wrong_with_it(template: Document) -> None:
    assert problems(template) == []


def test_its_tests_pass_and_take_every_edge(template: Document) -> None:
    release = Release(template)
    results = [run_test(template, test, release) for test in template.tests]
    assert {result.name: result.failures for result in results if not result.passed} == {}
    visits = [visit for result in results for visit in result.trace]
    taken = {(visit.flow, visit.node, visit.port) for visit in visits}
    reached = {(visit.flow, visit.node) for visit in visits}
    for flow in template.flows:
        own = {(edge.source, edge.port) for edge in flow.edges}
        for edge in flow.edges:
            ports = {port for f, node, port in taken if (f, node) == (flow.id, edge.source)}
            onward = {"next" for port in ports if (edge.source, port) not in own}
            by_itself = edge.port in BY_ITSELF and (flow.id, edge.target) in reached
            assert by_itself or edge.port in ports | onward, edge


def test_it_says_where_it_comes_from(template: Document) -> None:
    assert template.author
    assert template.version
    assert template.category
    assert template.licence
    assert len(template.description) > 40


def test_it_speaks_norwegian_and_one_test_proves_it(template: Document) -> None:
    assert "nb" in template.languages
    assert any(test.language == "nb" for test in template.tests)


def test_its_cards_do_not_lie_on_each_other(template: Document) -> None:
    for flow in template.flows:
        places = [(node.position.x, node.position.y) for node in flow.nodes if node.position]
        assert len(places) == len(set(places)) == len(flow.nodes)
