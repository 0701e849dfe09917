from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from runtime import terminal
from tests.documents.documents import document, flow, node, shop


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(data: Any) -> Path:
        path = tmp_path / "bot.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return path

    return write


def test_a_sound_document(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(document(flow("main", node("a", "message", text="Hi"))))
    assert terminal.validate(path) == 0
    assert capsys.readouterr().out == f"{path}: Test: nothing to mend\n"


def test_warnings_alone_are_no_failure(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(shop())
    assert terminal.validate(path) == 0
    said = capsys.readouterr().out
    assert 'flows[0].nodes[1].config.text (node "need" in flow "main")' in said
    assert said.endswith("0 errors, 4 warnings\n")


def test_errors_name_file_place_and_mend(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    data = shop()
    data["flows"][0]["edges"][0]["target"] = "ned"
    path = written(data)
    assert terminal.validate(path) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"error: {path}: flows[0].edges[0].target",
        '    There is no step "ned" in this flow.',
        '    Did you mean "need"?',
        f"{path}: 1 error; this is not a bot document that can run",
    ]


def test_an_error_on_the_graph_counts(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(document(flow("main", node("a", "message", text="{{ x }}"))))
    assert terminal.validate(path) == 1
    assert 'The bot has no variable "x".' in capsys.readouterr().out


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "missing.json"
    assert terminal.validate(path) == terminal.test([path]) == terminal.chat(path) == 2
    assert f"{path}: cannot be read: No such file" in capsys.readouterr().err


def test_passing_and_failing_tests(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    data = shop()
    data["tests"].append({"name": "wrong", "talk": [{"bot": "Hi!"}]})
    path = written(data)
    assert terminal.test([path]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"ok      {path}: demo",
        f"FAILED  {path}: wrong",
        "        line 1: expected  Hi!",
        "                but got   Hello there! · What do you need?",
        "        | bot: Hello there!",
        "        | bot: What do you need?",
        "1 test passed, 1 failed",
    ]


def test_all_tests_pass(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.test([written(shop())]) == 0
    assert capsys.readouterr().out.endswith("1 test passed, 0 failed\n")


def test_an_unsound_document_fails_its_tests(written: Any) -> None:
    assert terminal.test([written("{")]) == 1


def test_a_piped_chat(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["/help", "2", "/vars", "/trace", "wrong", "/wait PT1H", "/wait soon", "/dance"]
    lines += ["", "ann@example.org", "/restart", "/quit", "never read"]
    assert terminal.chat(written(shop()), io.StringIO("\n".join(lines))) == 0
    said = capsys.readouterr().out
    for expected in (
        "  1. A demo\n  2. Prices\n> /help\n  /wait PT1H",
        "> 2\nYour e-mail about Prices?\n",
        '  need = "Prices"\n',
        '  main.need: Next by price {"need": "Prices"}\n',
        "(it is Mon 05 January 13:00 UTC)",
        "write a duration such as PT10M",
        "There is no command /dance",
        "Thanks, ann@example.org!\n  (the conversation has ended",
        "> /restart\nHello there!",
    ):
        assert expected in said
    assert "never read" not in said


def test_a_person_and_back(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["/handback", "human please", "anybody?", "/handback"]
    assert terminal.chat(written(shop()), io.StringIO("\n".join(lines))) == 0
    said = capsys.readouterr().out
    theirs = "  (a person has the conversation now; /handback gives it back to the bot)\n"
    for expected in (
        "> /handback\n  no person has the conversation\n",
        f"all of it is read.\n{theirs}> anybody?\n{theirs}> /handback\nWhat do you need?\n  1.",
    ):
        assert expected in said


def test_a_chat_ends_with_its_input(written: Any) -> None:
    assert terminal.chat(written(shop()), io.StringIO("")) == 0


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.schema() == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Bot document flyt/1"
