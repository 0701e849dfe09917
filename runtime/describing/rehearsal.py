"""Plays the tests of a draft, as the builder's own test panel would."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from runtime.core.document import Document, Test
from runtime.core.release import Release
from runtime.simulator import run_test

log = logging.getLogger("flyt.describe")

LINES = 100  # of one test; a longer one shows nothing more


def rehearse(document: Document) -> Mapping[int, str]:
    """What went wrong in each test that fails, by its place."""
    release = Release(document)
    found = ((place, _wrong(document, test, release)) for place, test in enumerate(document.tests))
    return {place: wrong for place, wrong in found if wrong}


def _wrong(document: Document, test: Test, release: Release) -> str | None:
    if len(test.talk) > LINES:
        return f"it has more than {LINES} lines"
    try:
        result = run_test(document, test, release)
    except Exception as error:  # a draft may do what no simulator foresaw, and is only a draft
        log.warning("a drafted test could not be played", exc_info=error)
        return f"it could not be played: {error}"
    if result.passed:
        return None
    first = result.failures[0]
    return f"line {first.step + 1}: expected {first.expected[:300]}, but got {first.got[:300]}"
