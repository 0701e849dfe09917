"""A whole installation in one file: every table as of one moment, and the files of the folder.

The file is a zip of ``manifest.json``, ``tables/<name>.copy`` (PostgreSQL's COPY text) and
``files/<key>``. It needs no program of PostgreSQL's, any version can read any other's, and a
restored database is owned by whoever restores.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from psycopg import sql
from sqlalchemy import Connection, text

from storage import schema
from storage.files.folder import FolderStore
from storage.tables import SCHEMA, Table

FORMAT = 1
CHUNK = 1024 * 1024  # bytes

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how many steps are, and of how many."""


class BackupError(RuntimeError):
    """The backup can't be made or restored; the message says what to do."""


def backup(
    owner_url: str,
    path: Path,
    *,
    files: FolderStore | None = None,
    progress: Progress | None = None,
) -> None:
    """Writes everything to ``path``, whole or not at all, while the installation runs.

    Files in a bucket are not in it: a bucket has backups of its own. Raises `BackupError`.
    """
    if not schema.at_head(owner_url):
        raise BackupError("the database is of another version: run `flyt migrate` first")
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            _write(archive, owner_url, files, progress or _silent)
        part.chmod(0o600)
        part.replace(path)
    except FileExistsError as error:
        raise BackupError(f"{part} is in the way: another backup runs, or one died") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def restore(
    owner_url: str,
    path: Path,
    *,
    files: FolderStore | None = None,
    overwrite: bool = False,
    app_password: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Brings a database back to what ``path`` holds, in one transaction, then the files.

    Refuses a database in which somebody has an account, unless ``overwrite``. Raises
    `BackupError` and `schema.MigrationError`.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise BackupError(f"{path} is no backup of Flyt: {error}") from error
    with archive, schema.owner(owner_url).begin() as connection:
        manifest = _manifest(archive)
        schema.lock(connection)
        if not overwrite and _in_use(connection):
            raise BackupError("this database is in use: restore into an empty one, or overwrite it")
        schema.make_role(connection, app_password)
        connection.execute(text(f"drop schema if exists {SCHEMA} cascade"))
        schema.upgrade(connection, manifest["revision"])
        _fill(connection, archive, manifest["tables"], progress or _silent)
        schema.upgrade(connection)
        schema.run_sql(connection)
        _restore_files(archive, files, progress or _silent)


def _write(
    archive: zipfile.ZipFile, owner_url: str, files: FolderStore | None, progress: Progress
) -> None:
    tables = [table.name for table in Table.metadata.sorted_tables]  # what is referenced first
    with schema.owner(owner_url).connect() as connection:
        connection.execute(
            text("set transaction isolation level repeatable read, read only")
        )  # one moment for all tables
        rows: dict[str, int] = {}
        for step, table in enumerate(tables):
            progress(table, step, len(tables))
            rows[table] = _dump(connection, archive, table)
        manifest = {
            "format": FORMAT,
            "revision": schema.revision(connection),
            "created_at": datetime.now(UTC).isoformat(),
            "tables": rows,
        }
    for step, key in enumerate(keys := list(files.keys()) if files else []):
        progress("files", step, len(keys))
        _pack(archive, cast("FolderStore", files), key)
    archive.writestr("manifest.json", json.dumps(manifest, indent=2))


def _dump(connection: Connection, archive: zipfile.ZipFile, table: str) -> int:
    columns = _columns(connection, table)
    statement = sql.SQL("copy {} ({}) to stdout").format(
        sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with archive.open(f"tables/{table}.copy", "w", force_zip64=True) as entry:
        entry.write((json.dumps(columns) + "\n").encode())
        cursor = schema.driver(connection).cursor()
        with cursor.copy(statement) as copy:
            for block in copy:
                entry.write(block)
        return cursor.rowcount


def _fill(
    connection: Connection, archive: zipfile.ZipFile, tables: dict[str, int], progress: Progress
) -> None:
    for step, (table, expected) in enumerate(tables.items()):
        progress(table, step, len(tables))
        with archive.open(f"tables/{table}.copy") as entry:
            found = _load(connection, table, entry)
        if found != expected:
            raise BackupError(f"the backup is damaged: {table} has {found} rows, not {expected}")
        _continue_counting(connection, table)


def _load(connection: Connection, table: str, entry: IO[bytes]) -> int:
    columns: list[str] = json.loads(entry.readline())
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(SCHEMA, table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cursor = schema.driver(connection).cursor()
    with cursor.copy(statement) as copy:
        for block in _blocks(entry):
            copy.write(block)
    return cursor.rowcount


def _continue_counting(connection: Connection, table: str) -> None:
    """Identity columns go on after the highest restored number."""
    found = connection.execute(
        text(
            "select column_name from information_schema.columns where table_schema = :schema"
            " and table_name = :table and is_identity = 'YES'"
        ),
        {"schema": SCHEMA, "table": table},
    )
    for column in found.scalars():
        statement = sql.SQL(
            "select setval(pg_get_serial_sequence({name}, {column}), max({id})) from {table}"
            " having max({id}) is not null"
        ).format(
            name=sql.Literal(f"{SCHEMA}.{table}"),
            column=sql.Literal(column),
            id=sql.Identifier(column),
            table=sql.Identifier(SCHEMA, table),
        )
        schema.driver(connection).execute(statement)


def _columns(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        text(
            "select column_name from information_schema.columns where table_schema = :schema"
            " and table_name = :table and is_generated = 'NEVER' order by ordinal_position"
        ),
        {"schema": SCHEMA, "table": table},
    )
    return list(found.scalars())


def _in_use(connection: Connection) -> bool:
    table = connection.execute(text("select to_regclass('flyt.user_account')")).scalar()
    if table is None:
        return False
    return connection.execute(text("select exists (select from flyt.user_account)")).scalar_one()


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackupError("the file is no whole backup of Flyt: it has no manifest") from error
    if manifest["format"] != FORMAT:
        raise BackupError("the backup was made by a newer version of Flyt: install that first")
    return manifest


def _pack(archive: zipfile.ZipFile, files: FolderStore, key: str) -> None:
    try:
        source = (files.folder / key).open("rb")
    except FileNotFoundError:
        return  # deleted meanwhile, as its row is or will be
    with source, archive.open(f"files/{key}", "w", force_zip64=True) as entry:
        shutil.copyfileobj(source, entry, CHUNK)


def _restore_files(archive: zipfile.ZipFile, files: FolderStore | None, progress: Progress) -> None:
    names = [name for name in archive.namelist() if name.startswith("files/")]
    if names and files is None:
        raise BackupError("the backup has files, but none is kept in a folder here")
    for step, name in enumerate(names):
        progress("files", step, len(names))
        with archive.open(name) as entry:
            cast("FolderStore", files).put(name.removeprefix("files/"), cast("Any", entry))


def _blocks(entry: IO[bytes]) -> Iterator[bytes]:
    while block := entry.read(CHUNK):
        yield block


def _silent(what: str, step: int, of: int) -> None:
    """Nobody watches."""
