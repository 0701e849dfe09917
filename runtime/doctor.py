"""`flyt doctor`: what is configured, what works, and for each fault the mend."""

from __future__ import annotations

import difflib
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
import redis

from runtime import settings as names
from runtime.models import installed
from runtime.settings import ObjectStore, Settings, SettingsError

_ROOM = 1_000_000_000  # bytes of free disk below which a backup or an index may fail


@dataclass(frozen=True)
class Finding:
    """One line of the report; `mend` is empty where all is well."""

    text: str
    mend: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def run(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> int:
    """Prints the report; answers the exit code: 1 when anything needs mending."""
    environ = os.environ if environ is None else environ
    try:
        settings = Settings.from_env(environ, folder, services="found")
    except SettingsError as error:
        _show(Finding("Settings", str(error)))
        return 1
    _show_sources(settings)
    findings = [finding for check in _CHECKS for finding in check(settings)]
    findings += _misspelt(environ)
    for finding in findings:
        _show(finding)
    faults = sum(bool(finding.mend) for finding in findings)
    _say("All is well." if not faults else f"{faults} to mend.")
    return 1 if faults else 0


def _show_sources(settings: Settings) -> None:
    _say("Settings")
    for name, source in sorted(settings.sources.items()):
        _say(f"        {name} from {source}")


def _python(_: Settings) -> Iterator[Finding]:
    version = platform.python_version()
    suits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding(f"Python {version}", "" if suits else "use Python 3.11, 3.12 or 3.13")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data
    if not os.access(folder, os.W_OK):
        yield Finding(f"Data in {folder}", "this user can't write there: mend its owner")
        return
    free = shutil.disk_usage(folder).free
    mend = "" if free > _ROOM else "make room: less than 1 GB is free"
    yield Finding(f"Data in {folder}, {free / 1e9:.1f} GB free", mend)


def _secret_key(settings: Settings) -> Iterator[Finding]:
    path = settings.data / "secret.key"
    if settings.sources["FLYT_SECRET_KEY"] != str(path):
        yield Finding("Secret key from FLYT_SECRET_KEY")
        return
    open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
    yield Finding(f"Secret key in {path}", f"run `chmod 600 {path}`" if open_to_others else "")


def _database(settings: Settings) -> Iterator[Finding]:
    if not settings.database_url:
        yield Finding("PostgreSQL", "nothing is running: start `flyt run`, or set DATABASE_URL")
        return
    try:
        with psycopg.connect(settings.database_url, connect_timeout=5) as connection:
            yield from _inside_database(connection, settings)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        mend = f"start it, or correct DATABASE_URL ({reason}); `flyt migrate` makes its roles"
        yield Finding("PostgreSQL does not answer", mend)


def _inside_database(connection: psycopg.Connection, settings: Settings) -> Iterator[Finding]:
    version = connection.info.server_version // 10000
    yield Finding(f"PostgreSQL {version}", "" if version >= 15 else "use PostgreSQL 15 or newer")
    yield _vectors(connection)
    yield from _migrations(settings)
    yield _role(connection)
    yield _row_security(connection)


def _vectors(connection: psycopg.Connection) -> Finding:
    query = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    found = connection.execute(query).fetchone()
    if found:
        return Finding(f"pgvector {found[0]}")
    return Finding("pgvector", "as a superuser run `CREATE EXTENSION vector` in this database")


def _migrations(settings: Settings) -> Iterator[Finding]:
    from storage.schema import at_head  # noqa: PLC0415  # slow; only where a database answers

    current = at_head(settings.database_owner_url)
    yield Finding("Database schema", "" if current else "run `flyt migrate`")


def _role(connection: psycopg.Connection) -> Finding:
    query = """
        SELECT rolsuper OR rolbypassrls
            OR EXISTS (SELECT FROM pg_tables
                       WHERE schemaname = 'flyt' AND pg_has_role(tableowner, 'MEMBER'))
        FROM pg_roles WHERE rolname = current_user
    """
    found = connection.execute(query).fetchone()
    user = connection.info.user
    mend = f"{user} gets round row-level security: let DATABASE_URL log in as {names.APP_ROLE}"
    return Finding(f"Role {user}", mend if found and found[0] else "")


def _row_security(connection: psycopg.Connection) -> Finding:
    query = """
        SELECT table_class.relname FROM pg_class AS table_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname = 'flyt'
        JOIN pg_attribute ON attrelid = table_class.oid AND attname = 'workspace_id'
        WHERE relkind IN ('r', 'p') AND NOT relrowsecurity ORDER BY 1
    """
    bare = [str(row[0]) for row in connection.execute(query)]
    mend = f"off for {', '.join(bare)}: run `flyt migrate`" if bare else ""
    return Finding("Row-level security", mend)


def _redis(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield Finding("Redis", "nothing is running: start `flyt run`, or set REDIS_URL")
        return
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=5) as client:
            told = cast("dict[str, Any]", client.info())
    except redis.RedisError as error:
        yield Finding("Redis does not answer", f"start it, or correct REDIS_URL ({error})")
        return
    version = str(told["redis_version"])
    new_enough = tuple(map(int, version.split(".")[:2])) >= (6, 2)
    yield Finding(f"Redis {version}", "" if new_enough else "use Redis 6.2 or newer")
    if told.get("maxmemory") and told.get("maxmemory_policy") != "noeviction":
        yield Finding("Redis memory", "set maxmemory-policy to noeviction, or jobs may vanish")


def _node(_: Settings) -> Iterator[Finding]:
    beside = Path(sys.executable).with_name("node")
    found = beside if beside.exists() else shutil.which("node")
    yield Finding(f"Node {found or ''}".strip(), "" if found else "run `make run`, which brings it")


def _files(settings: Settings) -> Iterator[Finding]:
    store = settings.files
    if isinstance(store, ObjectStore):
        yield _bucket(store)
        return
    try:
        store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=store):
            yield Finding(f"Files in {store}")
    except OSError as error:
        yield Finding(f"Files in {store}", f"not writable ({error.strerror}): correct FLYT_FILES")


def _bucket(store: ObjectStore) -> Finding:
    import boto3  # noqa: PLC0415  # slow; only where a bucket is named
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name=store.region,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
    )
    try:
        client.head_bucket(Bucket=store.bucket)
    except (BotoCoreError, ClientError) as error:
        return Finding(f"Bucket {store.bucket}", f"correct FLYT_FILES or S3_* ({error})")
    return Finding(f"Bucket {store.bucket}")


def _provider(settings: Settings) -> Iterator[Finding]:
    """Whose models answer in workspaces that have set up none themselves."""
    if lacking := installed.missing(settings):
        yield Finding(f"AI provider {settings.ai_provider}", f"set {' and '.join(lacking)}")
    found = installed.used(settings)
    for place, name in enumerate(found):
        usual = "used where a workspace has none of its own" if not place else "the next to try"
        yield Finding(f"AI provider {name}, {usual}")
    certificate = settings.services.get("GIGACHAT_CA_FILE")
    if certificate and not os.access(certificate, os.R_OK):
        yield Finding(f"Certificate {certificate}", "can't be read: correct GIGACHAT_CA_FILE")


def _misspelt(environ: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(environ):
        if name.startswith("FLYT_") and name not in names.OWN_NAMES:
            near = difflib.get_close_matches(name, names.OWN_NAMES, 1)
            mend = f"no such setting; did you mean {near[0]}?" if near else "no such setting"
            yield Finding(name, mend)


_CHECKS: tuple[Check, ...] = (
    _python,
    _data_folder,
    _secret_key,
    _database,
    _redis,
    _files,
    _node,
    _provider,
)


def _show(finding: Finding) -> None:
    _say(f"{'MEND' if finding.mend else 'ok':<8}{finding.text}")
    if finding.mend:
        _say(f"        {finding.mend}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
