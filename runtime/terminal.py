"""What ``flyt validate``, ``test``, ``chat``, ``import`` and ``schema`` print.

Each returns an exit code. 0: all is well; 1: the document has errors or a test fails; 2: the file
cannot be read.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from click import echo
from msgspec import to_builtins

import nodes  # noqa: F401  registers the node types
from runtime.chat import Chat
from runtime.core import document as documents
from runtime.core.document import Document, DocumentError
from runtime.core.problems import Problem, problems
from runtime.core.release import Release
from runtime.exchange import NotImportable, typebot
from runtime.simulator import TestResult, run_test
from runtime.simulator.expectations import spoken

SOUND, WRONG, UNREADABLE = 0, 1, 2


def validate(path: Path) -> int:
    """Print every error and warning of a document with its place and its mend."""
    document, code = _read(path)
    if document is None:
        return code
    found = problems(document)
    for problem in found:
        _print_problem(path, problem)
    errors = sum(problem.severity == "error" for problem in found)
    counts = f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}"
    echo(f"{path}: {document.name}: {counts if found else 'nothing to mend'}")
    return WRONG if errors else SOUND


def test(paths: Sequence[Path]) -> int:
    """Run the tests inside the documents and print what failed, with the conversation."""
    worst, passed, failed = SOUND, 0, 0
    for path in paths:
        document, code = _read(path)
        worst = max(worst, code)
        if document is None:
            continue
        release = Release(document)
        if not document.tests:
            echo(f"{path}: no tests inside")
        for item in document.tests:
            result = run_test(document, item, release)
            _print_result(path, result)
            passed, failed = passed + result.passed, failed + (not result.passed)
    echo(f"{_count(passed, 'test')} passed, {failed} failed")
    return max(worst, WRONG if failed else SOUND)


def chat(path: Path, source: TextIO | None = None) -> int:
    """Talk to a document; ``source`` (standard input by default) may be a pipe."""
    document, code = _read(path)
    if document is None:
        return code
    Chat(Release(document), source or sys.stdin).run()
    return SOUND


def schema() -> int:
    """Print the JSON Schema of bot documents."""
    echo(json.dumps(documents.schema(), ensure_ascii=False, indent=2))
    return SOUND


def imported(path: Path) -> int:
    """Print the bot of an export of Typebot, and what became of each of its pieces."""
    try:
        found = typebot.imported(path.read_bytes())
    except OSError as error:
        echo(f"{path}: cannot be read: {error.strerror or error}", err=True)
        return UNREADABLE
    except (NotImportable, DocumentError) as error:
        echo(f"{path}: {error}", err=True)
        return WRONG
    told = {"bot": found.bot, "report": [to_builtins(entry) for entry in found.report]}
    echo(json.dumps(told, ensure_ascii=False, indent=2))
    return SOUND


def _read(path: Path) -> tuple[Document | None, int]:
    """The document, or None and an exit code once what is wrong with it has been printed."""
    try:
        return documents.parse(path.read_bytes()), SOUND
    except OSError as error:
        echo(f"{path}: cannot be read: {error.strerror or error}", err=True)
        return None, UNREADABLE
    except DocumentError as error:
        for path_, message, hint in error.errors:
            _print_problem(path, Problem(path_, "error", "document", message, hint))
        total = len(error.errors) + error.more
        echo(f"{path}: {_count(total, 'error')}; this is not a bot document that can run")
        return None, WRONG


def _print_problem(path: Path, problem: Problem) -> None:
    place = f"{path}: {problem.path}" if problem.path else str(path)
    node = f' (node "{problem.node}" in flow "{problem.flow}")' if problem.node else ""
    echo(f"{problem.severity}: {place}{node}")
    echo(f"    {problem.message}")
    if problem.hint:
        echo(f"    {problem.hint}")


def _print_result(path: Path, result: TestResult) -> None:
    echo(f"{'ok    ' if result.passed else 'FAILED'}  {path}: {result.name}")
    for failure in result.failures:
        echo(f"        line {failure.step + 1}: expected  {failure.expected}")
        echo(f"        {' ' * len(f'line {failure.step + 1}:')} but got   {failure.got}")
    if not result.passed:
        for line in result.transcript:
            echo(f"        | {line.by}: {spoken(line.message)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
