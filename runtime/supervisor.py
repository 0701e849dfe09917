"""`flyt run`: everything on one machine, each part begun again when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis, ServiceFailed
from runtime.folders import lock, settle, write_private
from runtime.migrated import Migrated
from runtime.processes import begin, end, port_is_free
from runtime.reload import Sources
from runtime.settings import SERVICES_FILE, Settings, data_folder

_LOOK_EVERY = 0.2  # seconds between two looks at the children
_SETTLED = 30.0  # seconds after which a child's earlier deaths are forgotten
_LONGEST_BACK_OFF = 30.0


class StartFailed(RuntimeError):
    """A part of Flyt did not start; the message says which and where to look."""


class Part(Protocol):
    """What the supervisor watches: PostgreSQL, Redis, or one of Flyt's own processes."""

    process: subprocess.Popen[bytes] | None

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Program:
    """One of Flyt's own processes: `flyt web`, `flyt worker` or `flyt clock`."""

    def __init__(self, command: Sequence[str], environ: dict[str, str]) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command
        self._environ = environ

    def start(self) -> None:
        self.process = begin(self._command, environ=self._environ)

    def stop(self) -> None:
        if self.process:
            end(self.process)


class Watch:
    """A part with its name; begun again after a death, later and later while it keeps dying."""

    def __init__(self, name: str, part: Part) -> None:
        self.name = name
        self.part = part
        self.deaths = 0
        self._began = 0.0
        self._again_at = 0.0

    def start(self, now: float) -> None:
        self.part.start()
        self._began = now
        self._again_at = 0.0

    def look(self, now: float) -> None:
        """Begins the part again when it is dead and its back-off is over."""
        process = self.part.process
        if process is None or process.poll() is None:
            return
        if not self._again_at:
            self._plan(now, _how(process.returncode))
        if now >= self._again_at:
            try:
                self.start(now)
                _say(f"{self.name} is back")
            except ServiceFailed as failure:
                self._plan(now, str(failure))

    def _plan(self, now: float, reason: str) -> None:
        self.deaths = 1 if now - self._began > _SETTLED else self.deaths + 1
        wait = 0.0 if self.deaths == 1 else min(0.25 * 2**self.deaths, _LONGEST_BACK_OFF)
        self._again_at = now + wait
        _say(f"{self.name} ended ({reason}); starting it again")


class Supervisor:
    """Holds the parts of one installation from its start to its end.

    `flyt` turns a word like "web" into the command line of that process.
    """

    def __init__(
        self, settings: Settings, flyt: Callable[[str], Sequence[str]], *, reload: bool = False
    ) -> None:
        self._settings = settings
        self._flyt = flyt
        self._data = settle(settings.data)
        self._services: list[Watch] = []
        self._programs: list[Watch] = []
        self._stopping = threading.Event()
        self._sources = Sources() if reload else None

    def run(self) -> None:
        """Returns after SIGTERM, SIGINT or SIGHUP, when every part has ended.

        Raises AlreadyRunning, StartFailed or ServiceFailed when it can't start.
        """
        held = lock(self._data)
        began = time.monotonic()
        with self._until_told_to_stop():
            try:
                self._start_all(began)
                while not self._stopping.wait(_LOOK_EVERY):
                    self._look()
                _say("Stopping …")
            finally:
                self._stop_all()
                os.close(held)

    @contextmanager
    def _until_told_to_stop(self) -> Iterator[None]:
        signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, self._told_to_stop) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told_to_stop(self, *_: object) -> None:
        self._stopping.set()

    def _start_all(self, began: float) -> None:
        settings = self._settings
        if not _wait_for(lambda: port_is_free(settings.port, settings.host), 5):
            message = f"port {settings.port} is taken: choose another with --port or FLYT_PORT"
            raise StartFailed(message)
        environ = self._start_services()
        self._migrate(environ)
        if self._stopping.is_set():
            return
        with _progress("Web"):
            self._begin("web", Program(self._flyt("web"), environ))
            self._wait_for_web()
        if self._stopping.is_set():
            return
        # Only now, for while they start they would take the processor from the web.
        for number in range(1, settings.workers + 1):
            self._begin(f"worker {number}", Program(self._flyt("worker"), environ))
        self._begin("clock", Program(self._flyt("clock"), environ))
        _say(f"Flyt is ready after {time.monotonic() - began:.1f} s: {settings.listen_url}")

    def _migrate(self, environ: dict[str, str]) -> None:
        """Skipped for our own database when nothing changed since it was done."""
        settings = self._settings
        note = Migrated(self._data / "postgres" / "migrated", settings.admin_email)
        if not settings.database_url and note.current():
            return
        with _progress("Database schema"):
            if subprocess.run(self._flyt("migrate"), env=environ, check=False).returncode != 0:
                raise StartFailed("the database could not be migrated; the reason is above")
        if not settings.database_url:
            note.mark()

    def _begin(self, name: str, program: Program) -> None:
        watch = Watch(name, program)
        self._programs.append(watch)
        watch.start(time.monotonic())

    def _start_services(self) -> dict[str, str]:
        """Starts what no address was given for; answers the environment of our own processes."""
        own: dict[str, str] = {}
        if not self._settings.database_url:
            postgres = EmbeddedPostgres(self._data / "postgres")
            self._start_service("PostgreSQL", postgres)
            own["DATABASE_URL"] = postgres.app_url
            own["DATABASE_OWNER_URL"] = postgres.owner_url
        if not self._settings.redis_url:
            redis = EmbeddedRedis(self._data / "redis")
            self._start_service("Redis", redis)
            own["REDIS_URL"] = redis.url
        write_private(self._data / SERVICES_FILE, json.dumps(own))
        here = {
            "FLYT_DATA": str(self._data),
            "FLYT_PORT": str(self._settings.port),
            "FLYT_HOST": self._settings.host,
            "FLYT_SUPERVISED": "1",
        }
        if self._sources:
            here["FLYT_RELOAD"] = "1"  # stale pages are built when the web begins
        return {**os.environ, **own, **here}

    def _start_service(self, name: str, part: Part) -> None:
        watch = Watch(name, part)
        self._services.append(watch)
        with _progress(name):
            watch.start(time.monotonic())

    def _wait_for_web(self) -> None:
        host = self._settings.host
        address = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        probe = f"http://{address}:{self._settings.port}/healthz"

        def settled() -> bool:
            for watch in self._programs:
                if watch.deaths >= 3:
                    message = f"{watch.name} keeps ending: look into {self._settings.log_dir}"
                    raise StartFailed(message)
            self._look()
            return self._stopping.is_set() or _answers(probe)

        if not _wait_for(settled, 60):
            raise StartFailed(f"{probe} did not answer: look into {self._settings.log_dir}")

    def _look(self) -> None:
        now = time.monotonic()
        if self._sources and self._sources.changed():
            self._restart_programs()
        for watch in (*self._services, *self._programs):
            watch.look(now)

    def _restart_programs(self) -> None:
        _say("Files changed; restarting")
        _end_together(self._programs)
        subprocess.run([sys.executable, "-m", "builder.build"], check=False)
        for watch in self._programs:
            watch.deaths = 0
            watch.start(time.monotonic())

    def _stop_all(self) -> None:
        _end_together(self._programs)
        for watch in reversed(self._services):
            watch.part.stop()
        (self._data / SERVICES_FILE).unlink(missing_ok=True)


def run(*, reload: bool = False) -> None:
    """Supervises this machine's installation until told to stop."""
    settle(data_folder())  # first of all, for the secret key is kept there
    Supervisor(Settings.from_env(services="ignored"), _flyt, reload=reload).run()


def _flyt(command: str) -> list[str]:
    return [sys.executable, "-m", "runtime.cli", command]


def _end_together(watches: list[Watch]) -> None:
    """Asks all at once, so that the slowest alone decides how long it takes."""
    for watch in watches:
        if watch.part.process and watch.part.process.poll() is None:
            watch.part.process.terminate()
    for watch in watches:
        watch.part.stop()


def _wait_for(condition: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  # our own
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


@contextmanager
def _progress(what: str) -> Iterator[None]:
    began = time.monotonic()
    _say(f"{what} …")
    yield
    _say(f"{what} ready ({time.monotonic() - began:.1f} s)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
