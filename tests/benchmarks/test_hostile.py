"""What looks for harm would see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import payloads
from benchmarks.attacker import Answer, Attacker, Findings
from benchmarks.attacks import plain
from benchmarks.subjects import SubjectFailed
from runtime.processes import free_port

WATCHED = """
import os, socket, sys
from benchmarks.guard import watch
watch(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), frozenset(["1"]), (sys.prefix,))
for reach in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("outside.example", 80),
    lambda: os.system("true"),
    lambda: open("/etc/passwd"),
    lambda: socket.create_connection(("127.0.0.1", 1)),
):
    try:
        reach()
    except OSError as error:
        print(type(error).__name__)
"""


def test_lists_are_read_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "payloads"
    folder.mkdir()
    (folder / "XSS.txt").write_text("<b>\n\n<i>\n<b>\n")
    (folder / "words.md").write_text("# Words\n```sql\n' or 1=1\n```\nnot this\n")
    (folder / "XXE.txt").write_text('<?xml version="1.0"?><a/>\n')
    monkeypatch.setenv("FLYT_DATASETS", str(tmp_path))
    found = payloads.read()
    assert found.lines == ("<b>", "<i>", '<?xml version="1.0"?><a/>', "' or 1=1")
    assert found.scripts == ("<b>", "<i>")
    assert found.files == (b'<?xml version="1.0"?><a/>',)


@pytest.mark.parametrize("setting", [None, "/nowhere"])
def test_without_lists_it_says_what_to_set(
    setting: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLYT_DATASETS", raising=False)
    if setting:
        monkeypatch.setenv("FLYT_DATASETS", setting)
    with pytest.raises(SubjectFailed, match="set FLYT_DATASETS to the folder"):
        payloads.read()


def test_what_a_watched_process_reaches_for_is_told(tmp_path: Path) -> None:
    report = tmp_path / "reached"
    command = [sys.executable, "-c", WATCHED, str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Reached", "Reached", "Reached", "ConnectionRefusedError"]
    told = report.read_text()
    for one in ("('127.0.0.1', 9)", "'outside.example'", "os.system", "'/etc/passwd'"):
        assert one in told
    assert "('127.0.0.1', 1)" not in told


@pytest.mark.parametrize("shown", ["**b**", "<b>", "[a](b)", "# a", "- a", "`a`", "![a](b)"])
def test_markdown_is_not_taken_for_words(shown: str) -> None:
    assert plain(shown) is None


def test_escaped_markdown_is_words() -> None:
    assert plain(r"You said \*\*b\*\* \<b> \[a](b) 7 \& 7") == "Yousaid**b**<b>[a](b)7&7"


def test_an_answer_that_breaks_the_rules_is_found() -> None:
    findings = Findings()
    attacker = Attacker(f"http://127.0.0.1:{free_port()}", findings)
    assert attacker.send("GET", "/").status == 0  # nobody is there
    assert len(findings.broken) == 1
    headers = attacker.send("GET", "/").headers
    attacker._look("GET /", Answer(500, headers, b'File "/app.py"'))
    attacker._look("GET /", Answer(404, headers, b"nothing here"))
    assert len(findings.broken) == 3
    assert len(findings.insides) == len(findings.unexplained) == 1
