from __future__ import annotations

import pytest

from nodes.end import Finish
from runtime.core.contract import End
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"result": {"n": "{{ a }}"}}


@pytest.mark.parametrize(
    ("result", "expected"),
    [(None, None), ("done", "done"), ("{{ n + 1 }}", 3), ({"n": "{{ n }}"}, {"n": 2})],
)
def test_it_ends_with_a_result(result, expected):
    assert Finish(result=result).run(context(n=2)) == End(result=expected)
    assert Finish(result=result).ports() == ()
