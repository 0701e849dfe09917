"""A whole installation in a folder of its own, every process of which may be killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.processes import begin, end, free_port
from tests.durability.commands import ROOT, environment, flyt, prepare, until_it_answers

RECOVERS_FAST = {"recovery_init_sync_method": "syncfs"}  # else it syncs file by file
SLOW = 0.1  # seconds the outside service takes, so that deaths meet calls under way


class Program:
    """One process of ours, told its place by the environment."""

    def __init__(self, command: list[str], environ: dict[str, str], log: Path) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._command, self._environ, self._log = command, environ, log

    def start(self) -> None:
        self.process = begin(self._command, environ=self._environ, folder=ROOT, log=self._log)

    def stop(self) -> None:
        if self.process:
            end(self.process)


class Installation:
    """PostgreSQL, Redis, two web processes, two workers, a clock, and the outside service.

    Begin it on the main thread: its processes end with that thread.
    """

    def __init__(self, folder: Path, document: Path) -> None:
        self._folder = folder
        self._document = document
        self.postgres = EmbeddedPostgres(self._folder / "postgres", RECOVERS_FAST)
        self.redis = EmbeddedRedis(self._folder / "redis")
        self._ports = free_port(), free_port()
        self._outside = free_port()
        self.servers = [f"http://127.0.0.1:{port}" for port in self._ports]
        self.channel = ""
        self._environ: dict[str, str] = {}
        self.parts: dict[str, Program | EmbeddedPostgres | EmbeddedRedis] = {}

    def __enter__(self) -> Installation:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in reversed(self.parts.values()):
            part.stop()

    @property
    def programs(self) -> list[str]:
        """The names of our own processes."""
        return [name for name, part in self.parts.items() if isinstance(part, Program)]

    def kill(self, name: str) -> None:
        """`kill -9`, and the process is gone when this returns."""
        process = self.parts[name].process
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def start(self, name: str) -> None:
        self.parts[name].start()

    def lose_redis_data(self) -> None:
        """What a Redis without persistence would have forgotten; kill it first."""
        shutil.rmtree(self.redis.root / "appendonlydir", ignore_errors=True)
        for file in (*self.redis.root.glob("*.aof"), *self.redis.root.glob("*.rdb")):
            file.unlink()

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What the database's owner reads, across row-level security."""
        with psycopg.connect(self.postgres.owner_url, row_factory=dict_row) as connection:
            connection.execute("set search_path = flyt")
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.postgres.owner_url) as connection:
            connection.execute("set search_path = flyt")
            connection.execute(statement)  # type: ignore[arg-type]

    def calls(self) -> list[dict[str, Any]]:
        """Everything the outside service was ever asked."""
        return self._outside_call("GET", "/calls")

    def _outside_call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"http://127.0.0.1:{self._outside}{path}"
        return httpx.request(method, url, json=body, trust_env=False).json()

    def log_tail(self, name: str, lines: int = 12) -> str:
        log = self._folder / f"{name}.log"
        told = log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(line[:300] for line in told)

    def _start(self) -> None:
        for name, service in (("postgres", self.postgres), ("redis", self.redis)):
            self.parts[name] = service
            service.start()
        self._environ = environment(self._folder, self.postgres, self.redis) | {
            "FLYT_PLUGINS": "tests.doubles.plugin",
            "FLYT_TEST_OUTSIDE": f"http://127.0.0.1:{self._outside}",
        }
        self.channel = prepare(self._environ, self._document)
        outside = [sys.executable, "-m", "tests.doubles.outside", f"--port={self._outside}"]
        state = f"--state={self._folder / 'outside.sqlite'}"
        self._begin("outside", [*outside, state], {})
        for number, port in enumerate(self._ports, 1):
            self._begin(f"web {number}", flyt("web", "--api"), {"FLYT_PORT": str(port)})
        for number in (1, 2):
            self._begin(f"worker {number}", flyt("worker"), {})
        self._begin("clock", flyt("clock"), {})
        until_it_answers(f"http://127.0.0.1:{self._outside}/calls")
        self._outside_call("POST", "/behaviour", {"delay": SLOW})
        for server in self.servers:
            until_it_answers(f"{server}/healthz")

    def _begin(self, name: str, command: list[str], extra: dict[str, str]) -> None:
        program = Program(command, self._environ | extra, self._folder / f"{name}.log")
        self.parts[name] = program
        program.start()
