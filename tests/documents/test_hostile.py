"""Whatever is sent as a document, the answer is a document or a list of sentences."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.core.document import Document, DocumentError, parse
from runtime.core.problems import problems
from tests.documents.documents import shop

PATIENT = settings(deadline=None, max_examples=200)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["main", "need", "next", "{{ x }}", "{{", "message", "PT1H", "P9999999D"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path] + [place for key, inner in items for place in places(inner, (*path, key))]


PLACES = [place for place in places(shop()) if place]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    data = copy.deepcopy(shop())
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        at: Any = data
        try:
            for step in place[:-1]:
                at = at[step]
            if draw(st.booleans()):
                at[place[-1]] = draw(values)
            elif isinstance(at, dict):
                at[draw(st.text(max_size=6))] = at.pop(place[-1])
            else:
                at.append(copy.deepcopy(at[place[-1]]))
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change has taken this place away
    return data


def outcome(data: Any) -> Document | DocumentError:
    try:
        return parse(data)
    except DocumentError as error:
        return error


@PATIENT
@given(mutated())
def test_a_changed_document_is_sound_or_explained(data: dict[str, Any]) -> None:
    found = outcome(data)
    if isinstance(found, DocumentError):
        assert found.errors
        assert all(message for _, message, _ in found.errors)
    else:
        assert all(problem.message for problem in problems(found))


@PATIENT
@given(values)
def test_any_json_is_explained(value: Any) -> None:
    found = outcome(json.dumps(value))
    assert isinstance(found, Document) or found.errors


@PATIENT
@given(st.binary(max_size=200))
def test_any_bytes_are_explained(data: bytes) -> None:
    found = outcome(data)
    assert isinstance(found, Document) or found.errors
