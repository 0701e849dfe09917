from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.knowledge_search import SearchIt
from runtime.core.contract import EffectDone, EffectFailed, Fail, Next, Perform
from runtime.core.effects.knowledge import SearchKnowledge
from tests.core.context import context

EXAMPLE = {
    "query": "{{ product }} warranty",
    "collections": ["Manuals"],
    "variable": "passages",
    "top_k": 3,
    "rerank": True,
}  # a configuration for test_contract

SEARCH = SearchIt.model_validate(EXAMPLE)
PASSAGE = {
    "source_id": "s", "document_id": "d", "title": "Manual", "text": "Five years.", "score": 0.9,
    "page": 4,
}  # fmt: skip


def test_it_looks_for_its_query_else_for_the_visitors_words():
    effect = SEARCH.run(context(product="Drill *9*", language="nb")).effect
    assert effect == SearchKnowledge("Drill *9* warranty", ("Manuals",), "nb", 3, rerank=True)
    plain = SearchIt(variable="p").run(context(said=" How much? "))
    assert plain == Perform(SearchKnowledge("How much?"))


def test_with_nothing_to_look_for_nothing_is_found():
    assert SearchIt(variable="p").run(context()) == Next("nothing_found", set={"p": []})


def test_passages_are_stored_as_plain_values():
    found = SEARCH.resume(context(), EffectDone("t", {"passages": [PASSAGE]}))
    assert found.port == "next"
    (passage,) = found.set["passages"]
    assert PASSAGE.items() <= passage.items()
    assert passage["url"] is None
    assert SEARCH.resume(context(), EffectDone("t", {})) == Next(
        "nothing_found", set={"passages": []}
    )


def test_a_failure_takes_the_error_way():
    assert SEARCH.resume(context(), EffectFailed("t", "timeout", "late")) == Fail("timeout", "late")
    odd = SEARCH.resume(context(), EffectDone("t", {"passages": "none"}))
    assert isinstance(odd, Fail)
    assert odd.kind == "bad_result"


def test_ports():
    assert [port.id for port in SEARCH.ports()] == ["next", "nothing_found", "error"]


@pytest.mark.parametrize(
    "config", [{}, {"variable": "p", "top_k": 0}, {"variable": "p", "collections": [" "]}]
)
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        SearchIt.model_validate(config)
