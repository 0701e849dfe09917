"""The servers under test, each one process, all on the same PostgreSQL."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.talk import DOCUMENT
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.processes import begin, end, free_port
from tests.durability import commands

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".flyt" / "bench"
UVICORN = ("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log",
           "--log-level", "warning", "--host", "127.0.0.1")  # fmt: skip


class SubjectFailed(RuntimeError):
    """A server under test could not be prepared or started; the message ends with its output."""


@dataclass(frozen=True)
class Subject:
    """A running server: where to talk to it, and whose CPU time its turns cost beside its own."""

    name: str
    port: int
    channel: str
    server: int  # process id
    services: tuple[int, ...]  # process ids of PostgreSQL and whatever else serves it


@contextlib.contextmanager
def services() -> Iterator[tuple[EmbeddedPostgres, EmbeddedRedis]]:
    """PostgreSQL as it is installed, durable, and Redis; their data end with the block."""
    with commands.scratch(FOLDER) as folder:
        postgres, redis = EmbeddedPostgres(folder / "postgres"), EmbeddedRedis(folder / "redis")
        try:
            postgres.start()
            redis.start()
            _insist_on_durability(postgres.owner_url)
            yield postgres, redis
        finally:
            redis.stop()
            postgres.stop()


@contextlib.contextmanager
def floor(postgres: EmbeddedPostgres) -> Iterator[Subject]:
    """FastAPI and asyncpg, the least that keeps the talk."""
    command = [sys.executable, *UVICORN, "benchmarks.floor.server:app"]
    environment = {"DATABASE_URL": _database(postgres, "floor")}
    with _served("floor", command, ROOT, environment) as (process, port):
        yield Subject("floor", port, "bench", process, (_pid(postgres),))


@contextlib.contextmanager
def flyt(postgres: EmbeddedPostgres, redis: EmbeddedRedis) -> Iterator[Subject]:
    """Flyt's web process without the builder; Redis is counted with its database."""
    with flyts(postgres, redis, 1) as subjects:
        yield subjects[0]


@contextlib.contextmanager
def flyts(postgres: EmbeddedPostgres, redis: EmbeddedRedis, many: int) -> Iterator[list[Subject]]:
    """Several web processes of one installation."""
    environ = commands.environment(postgres.root.parent / "flyt", postgres, redis)
    channel = commands.prepare(environ, DOCUMENT)
    beside = (_pid(postgres), _pid(redis))
    with contextlib.ExitStack() as stack:
        names = ["flyt", *(f"flyt-{number}" for number in range(2, many + 1))]
        served = [
            stack.enter_context(_served(name, commands.flyt("web", "--api"), ROOT, environ))
            for name in names
        ]
        yield [
            Subject(name, port, channel, process, beside)
            for name, (process, port) in zip(names, served, strict=True)
        ]


@contextlib.contextmanager
def langgraph(postgres: EmbeddedPostgres) -> Iterator[Subject]:
    """LangGraph with its own checkpointer, in the virtual environment of its own lock file."""
    home = ROOT / "benchmarks" / "langgraph"
    command = [str(_environment(home / "requirements.lock")), *UVICORN, "server:app"]
    environment = {"DATABASE_URL": _database(postgres, "langgraph")}
    with _served("langgraph", command, home, environment) as (process, port):
        yield Subject("langgraph", port, "bench", process, (_pid(postgres),))


@contextlib.contextmanager
def site(name: str, *options: str) -> Iterator[tuple[str, dict[str, str]]]:
    """`flyt web` over a new database of its own; its address and its environment."""
    with services() as (postgres, redis):
        port = free_port()
        url = f"http://localhost:{port}"
        environ = commands.environment(postgres.root.parent / "flyt", postgres, redis)
        environ |= {"FLYT_PUBLIC_URL": url}
        commands.call(environ, "migrate")
        command = commands.flyt("web", *options, "--port", str(port))
        process = begin(command, environ=environ, folder=ROOT, log=FOLDER / f"{name}.log")
        try:
            commands.until_it_answers(f"{url}/healthz")
            yield url, environ
        finally:
            end(process)


def gather_statistics(postgres: EmbeddedPostgres, names: Iterable[str]) -> None:
    """What autovacuum does within the first minutes of a new database, in all of them at once.

    Until then the planner guesses, and a run would measure its guesses.
    """
    for name in names:
        with psycopg.connect(_address(postgres, name), autocommit=True) as connection:
            connection.execute("vacuum (analyze, skip_database_stats)")


def _insist_on_durability(url: str) -> None:
    with psycopg.connect(url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute(f"show {setting}").fetchone()
            if row != ("on",):
                raise SubjectFailed(f"PostgreSQL runs with {setting} = {row and row[0]}")


def _database(postgres: EmbeddedPostgres, name: str) -> str:
    """Makes a database; its address."""
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return _address(postgres, name)


def _address(postgres: EmbeddedPostgres, name: str) -> str:
    return postgres.owner_url.rpartition("/")[0] + f"/{name}"


def _environment(lock: Path) -> Path:
    """The Python of a virtual environment that holds exactly what the lock file says."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    place = FOLDER / f"langgraph-{digest}"
    python = place / "bin" / "python"
    if (place / "complete").exists():
        return python
    print(f"installing LangGraph into {place.relative_to(ROOT)} …", flush=True)
    uv = [sys.executable, "-m", "uv"]
    install = [*uv, "pip", "install", "--quiet", "--require-hashes", "--python", str(python)]
    for command in (
        [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(place)],
        [*install, "-r", str(lock)],
    ):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise SubjectFailed(f"LangGraph could not be installed: {done.stderr[-1000:]}")
    (place / "complete").touch()
    return python


@contextlib.contextmanager
def _served(
    name: str, command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[tuple[int, int]]:
    """Starts a server on a free port; its process id and port once it is ready."""
    port = free_port()
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"{name}.log"
    log.write_bytes(b"")
    environ = os.environ | environment
    process = begin([*command, "--port", str(port)], environ=environ, folder=folder, log=log)
    try:
        _wait_until_ready(name, process, port, log)
        yield process.pid, port
    finally:
        end(process)


def _wait_until_ready(
    name: str, process: subprocess.Popen[bytes], port: int, log: Path, patience: float = 60
) -> None:
    deadline = time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise SubjectFailed(f"{name} did not start: {log.read_text()[-1500:]}")
        time.sleep(0.05)


def _pid(service: EmbeddedPostgres | EmbeddedRedis) -> int:
    if service.process is None:
        raise SubjectFailed("the database is not running")
    return service.process.pid
