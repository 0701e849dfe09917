"""One supervisor: it starts, restarts, stops and never leaves anything behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from runtime.folders import settle
from runtime.migrated import Migrated
from runtime.processes import free_port
from runtime.reload import Sources
from runtime.settings import Settings
from runtime.supervisor import Supervisor, Watch

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("stand_in.py")


def waited(condition: Callable[[], bool], patience: float = 10) -> bool:
    """Whether the condition came to hold in time."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        select.select([], [], [], 0.02)
    return True


class Run:
    """A supervisor in a process of its own, read line by line."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT, data, str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.said: list[str] = []

    def until(self, words: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if words in line:
                return line
        raise AssertionError(f"never said {words!r}: {self.said}")

    def parts(self) -> dict[str, int]:
        """Names and ids of the newest stand-ins, and of the services."""
        assert waited(lambda: {"web", "worker", "clock"} <= self._begun().keys())
        found = self._begun()
        found["postgres"] = int((self.data / "postgres/data/postmaster.pid").read_text().split()[0])
        return found

    def _begun(self) -> dict[str, int]:
        lines = (self.data / "pids").read_text().split("\n")[:-1]
        return {line.split()[0]: int(line.split()[1]) for line in lines}

    def begun(self, part: str, but: int) -> bool:
        """Waits for a stand-in of this name that runs under another id."""
        return waited(lambda: self._begun()[part] != but)

    def stop(self) -> int:
        self.process.terminate()
        assert self.process.stdout
        self.said += self.process.stdout.read().splitlines()
        return self.process.wait(20)


@pytest.fixture
def start(tmp_path: Path):
    runs: list[Run] = []
    for step in (tmp_path, *tmp_path.parents[:2]):
        step.chmod(0o711)

    def begin() -> Run:
        runs.append(Run(settle(tmp_path / "data")))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait()
        assert run.process.stdout
        run.process.stdout.close()


Start = Callable[[], Run]


def ended(pids: list[int]) -> bool:
    """Waits for processes that are not ours to reap."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ready, _, _ = select.select([handle], [], [], 10)
        os.close(handle)
        if not ready:
            return False
    return True


def test_it_shows_progress_and_ends_with_the_address(start: Start):
    run = start()
    last = run.until("ready after")
    assert last.endswith(f"http://localhost:{run.port}\n")
    assert "PostgreSQL …" in run.said
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/healthz") as answer:
        assert answer.status == 200


def test_it_stops_cleanly_and_takes_everything_along(start: Start):
    run = start()
    run.until("ready after")
    pids = list(run.parts().values())
    assert run.stop() == 0
    assert run.said[-1] == "Stopping …"
    assert ended(pids)
    assert not (run.data / "services.json").exists()


@pytest.mark.parametrize("part", ["web", "worker", "clock"])
def test_a_killed_child_is_begun_again(start: Start, part: str):
    run = start()
    run.until("ready after")
    killed = run.parts()[part]
    os.kill(killed, signal.SIGKILL)
    assert part in run.until("killed by SIGKILL")
    run.until("is back")
    assert run.begun(part, but=killed)


def test_a_killed_database_is_begun_again_at_the_same_address(start: Start):
    run = start()
    run.until("ready after")
    url = json.loads((run.data / "services.json").read_text())["DATABASE_URL"]
    os.kill(run.parts()["postgres"], signal.SIGKILL)
    run.until("PostgreSQL is back")
    with psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_killed_supervisor_leaves_no_orphan_and_the_next_one_starts(start: Start):
    run = start()
    run.until("ready after")
    pids = list(run.parts().values())
    run.process.kill()
    run.process.wait()
    start().until("ready after")
    assert ended(pids)


def test_a_second_one_on_the_same_data_says_so(start: Start):
    start().until("ready after")
    second = start()
    second.until("AlreadyRunning")
    assert second.process.wait(10) == 1


def test_a_child_that_keeps_dying_is_begun_later_and_later():
    class Dying:
        """A part that ends as soon as it begins."""

        def __init__(self) -> None:
            self.process = None
            self.starts = 0

        def start(self) -> None:
            self.starts += 1
            self.process = subprocess.Popen(["false"])
            self.process.wait()

        def stop(self) -> None: ...

    part = Dying()
    watch = Watch("web", part)
    watch.start(now=0.0)
    starts_by = {}
    for tenth in range(600):
        watch.look(now=tenth / 10)
        starts_by[tenth] = part.starts
    assert starts_by[1] == 2  # the first time at once
    assert starts_by[50] <= 5
    assert starts_by[599] <= 9


def test_an_address_that_is_given_starts_no_service_of_our_own(tmp_path: Path, monkeypatch):
    environ = {"DATABASE_URL": "postgresql://a:b@db/flyt", "REDIS_URL": "redis://cache"}
    settings = Settings.from_env(environ | {"FLYT_DATA": str(tmp_path)}, tmp_path, "ignored")
    supervisor = Supervisor(settings, lambda name: ["true", name])
    assert "DATABASE_URL" not in (supervisor._start_services().keys() - os.environ.keys())
    assert supervisor._services == []


def test_a_database_that_was_migrated_is_not_migrated_again_until_something_changes(
    tmp_path: Path, monkeypatch
):
    for folder in ("sql", "migrations"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr("runtime.migrated._STORAGE", tmp_path)
    note = Migrated(tmp_path / "migrated", None)
    assert not note.current()
    note.mark()
    assert note.current()
    assert not Migrated(tmp_path / "migrated", "owner@example.org").current()
    (tmp_path / "sql" / "10_new.sql").write_text("select 1")
    assert not note.current()


def test_changed_files_are_noticed_once(tmp_path: Path):
    package = tmp_path / "runtime"
    package.mkdir()
    sources = Sources(tmp_path)
    assert not sources.changed()
    (package / "new.py").write_text("")
    assert sources.changed()
    assert not sources.changed()
