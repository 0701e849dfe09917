"""Logs: JSON lines with ids, no secrets, files that several processes share and rotate."""

from __future__ import annotations

import json
import logging
import multiprocessing
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from runtime import logs
from runtime.logs import Drain, Line
from runtime.logs.files import LogFile
from runtime.logs.redaction import Redactor


@pytest.fixture
def lines():
    """A drain whose lines land in a list, below a logger of its own."""
    drain = Drain("web", Redactor(["correct-horse"]))
    taken: list[Line] = []
    drain.add(taken.extend)
    logger = logging.getLogger("flyt")
    level = logger.level
    logger.addHandler(drain)
    logger.setLevel(logging.INFO)
    taken_now = lambda: (drain.flush(), taken)[1]  # noqa: E731
    yield taken_now
    logger.removeHandler(drain)
    logger.setLevel(level)


def test_a_line_carries_the_ids_of_what_it_is_about(lines):
    token = logs.request_id.set("r1")
    with logs.about(conversation="c1", workspace="w1"):
        logging.getLogger("flyt.turns").info("turn %s", 3)
    logs.request_id.reset(token)
    logging.getLogger("flyt.turns").info("outside")
    inside, outside = lines()
    assert inside["message"] == "turn 3"
    assert (inside["request"], inside["conversation"], inside["workspace"]) == ("r1", "c1", "w1")
    assert inside["process"] == "web"
    assert not {"request", "conversation", "workspace"} & outside.keys()


def test_an_event_has_a_type_and_data(lines):
    logs.event("model", "answered", model="small", input_tokens=12)
    (line,) = lines()
    assert (line["type"], line["data"]) == ("model", {"model": "small", "input_tokens": 12})


def test_a_turn_is_told_of_by_its_number_and_ids(lines, monkeypatch: pytest.MonkeyPatch):
    drains = [h for h in logging.getLogger("flyt").handlers if isinstance(h, Drain)]
    monkeypatch.setattr(logs, "_drains", drains)
    conversation, workspace = uuid4(), uuid4()
    logs.turn("turn 4: bot", conversation=conversation, workspace=workspace)
    (line,) = lines()
    assert (line["type"], line["message"]) == ("message", "turn 4: bot")
    assert (line["conversation"], line["workspace"]) == (str(conversation), str(workspace))
    assert datetime.fromisoformat(line["time"]).tzinfo is not None


def test_an_event_that_is_an_error_counts_as_one(lines):
    logs.event("error", "an effect failed")
    (line,) = lines()
    assert (line["type"], line["level"]) == ("error", "error")


def test_an_error_brings_its_traceback(lines):
    try:
        raise ValueError("the key correct-horse is wrong")
    except ValueError:
        logging.getLogger("flyt").exception("failed")
    (line,) = lines()
    assert line["type"] == "error"
    assert "ValueError: the key [secret] is wrong" in line["error"]


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("password correct-horse used", "password [secret] used"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [secret]"),
        ("key flyt_abcdefgh12345", "key [secret]"),
        ("postgresql://me:word@db/flyt", "postgresql://[secret]@db/flyt"),
        ("mail to ola.nordmann@example.no failed", "mail to [e-mail] failed"),
        ("call +47 123 45 678", "call [phone]"),
        ("turn 12 of 2026-11-20 took 3 ms", "turn 12 of 2026-11-20 took 3 ms"),
    ],
)
def test_secrets_and_addresses_do_not_reach_a_line(lines, said, logged):
    logging.getLogger("flyt").info(said)
    assert lines()[0]["message"] == logged


def test_secret_keys_are_emptied_in_data_but_counts_of_tokens_stay(lines):
    data = {"api_key": "x", "nested": [{"Password": "y", "tokens": 5}], "note": "correct-horse"}
    logs.event("request", "came", **data)
    assert lines()[0]["data"] == {
        "api_key": "[secret]",
        "nested": [{"Password": "[secret]", "tokens": 5}],
        "note": "[secret]",
    }


def test_a_failing_sink_disturbs_neither_the_program_nor_the_other_sinks(capsys):
    drain = Drain("web", Redactor([]))
    taken: list[Line] = []

    def fail(_: list[Line]) -> None:
        raise OSError("disk full")

    drain.add(fail)
    drain.add(taken.extend)
    drain.handle(logging.LogRecord("flyt", logging.INFO, "", 0, "kept", None, None))
    drain.flush()
    assert taken[0]["message"] == "kept"
    assert "disk full" in capsys.readouterr().err


def write_many(path: str, who: str) -> None:
    file = LogFile(Path(path), largest=2_000, kept=100)
    for number in range(200):
        file.write(json.dumps({"who": who, "n": number}).encode() + b"\n")


def test_processes_that_rotate_together_lose_no_line(tmp_path: Path):
    path = tmp_path / "app.log"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(str(path), who)) for who in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    files = list(tmp_path.glob("app.log*"))
    assert len(files) > 3
    found = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    for who in "abc":
        assert sorted(line["n"] for line in found if line["who"] == who) == list(range(200))


def test_only_so_many_old_files_are_kept(tmp_path: Path):
    file = LogFile(tmp_path / "app.log", largest=10, kept=2)
    for number in range(6):
        file.write(f"line {number}\n".encode())
    names = sorted(path.name for path in tmp_path.glob("app.log*"))
    assert names == ["app.log", "app.log.1", "app.log.2"]
    assert (tmp_path / "app.log").read_text() == "line 5\n"


def test_errors_are_in_both_files(tmp_path: Path):
    from runtime.settings import Settings

    environ = {"FLYT_DATA": str(tmp_path), "FLYT_LOG_DIR": str(tmp_path / "logs")}
    settings = Settings.from_env(environ, tmp_path, "ignored")
    sink = logs._files(settings)
    sink([{"level": "info", "message": "fine"}, {"level": "error", "message": "broken"}])
    assert len((tmp_path / "logs/app.log").read_text().splitlines()) == 2
    assert json.loads((tmp_path / "logs/error.log").read_text())["message"] == "broken"
