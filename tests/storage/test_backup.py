from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from storage import backup, bots, releases, schema
from storage.accounts import people, sign_in
from storage.backup import BackupError
from storage.database import Database, at_head
from storage.files import FolderStore
from storage.tables import Table
from tests.conftest import Postgres
from tests.storage.conftest import Tenant
from tests.storage.documents import document
from tests.storage.test_conversations import open_site, talk
from tests.storage.test_tenancy import fill

import nodes  # noqa: F401  # isort: skip  # registers the node types

NAMES = [table.name for table in Table.metadata.sorted_tables]


def everything(owner_url: str) -> dict[str, list[str]]:
    with psycopg.connect(owner_url) as owner:
        return {
            name: sorted(
                row
                for (row,) in owner.execute(
                    sql.SQL("select to_jsonb(t)::text from {} t").format(
                        sql.Identifier("flyt", name)
                    )
                )
            )
            for name in NAMES
        }


@pytest.fixture
def full(fresh_database: Postgres) -> Postgres:
    """A row of every table, and texts that are hard to write down."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        rows = fill(owner)
        owner.execute(
            "update flyt.bot set name = %s where id = %s",
            ['tab\t "quote" \\N \\. \n é 😀', rows["bot"]["id"]],
        )
    return fresh_database


def test_everything_comes_back(full: Postgres, empty_target: Postgres, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path, kept = tmp_path / "flyt.zip", FolderStore(tmp_path / "one")
    key = f"{uuid4()}/{uuid4()}"
    kept.put(key, io.BytesIO(b"bytes" * 1000))
    before = everything(full.owner_url)
    backup.backup(full.owner_url, path, files=kept, progress=lambda *step: told.append(step))
    assert all(before.values())
    assert [what for what, _, _ in told] == [*NAMES, "files"]
    assert path.stat().st_mode & 0o077 == 0

    target = FolderStore(tmp_path / "two")
    backup.restore(empty_target.owner_url, path, files=target)
    assert everything(empty_target.owner_url) == before
    assert at_head(empty_target.app_url)
    assert b"".join(target.read(key)) == b"bytes" * 1000


def test_a_restored_installation_goes_on(
    fresh_database: Postgres, empty_target: Postgres, tmp_path: Path
) -> None:
    path, password = tmp_path / "flyt.zip", "correct horse battery"
    database = Database(fresh_database.app_url)
    made = people.set_up(database, email="o@example.com", password=password)
    tenant = Tenant(database, made.workspace_id, made.user_id, "o@example.com")
    site = open_site(tenant)
    with tenant.session() as session:
        bot = bots.create(session, document(), actor=tenant.actor)
        releases.publish(session, bot.id, actor=tenant.actor)
    talk(site, "hello")
    database.close()
    backup.backup(fresh_database.owner_url, path)
    backup.restore(empty_target.owner_url, path)

    again = Database(empty_target.app_url)
    tenant = Tenant(again, made.workspace_id, made.user_id, "o@example.com")
    assert sign_in.sign_in(again, email="o@example.com", password=password, address="x")
    with tenant.session() as session:  # numbers go on after the restored ones
        assert releases.publish(session, bot.id, actor=tenant.actor).number == 2
    with pytest.raises(people.AlreadySetUp):
        people.set_up(again, email="p@example.com", password=password)
    again.close()


def test_a_database_in_use_is_not_overwritten_unasked(full: Postgres, tmp_path: Path) -> None:
    path = tmp_path / "flyt.zip"
    backup.backup(full.owner_url, path)
    before = everything(full.owner_url)
    with psycopg.connect(full.owner_url, autocommit=True) as owner:
        owner.execute("delete from flyt.effect")
    with pytest.raises(BackupError, match="in use"):
        backup.restore(full.owner_url, path)
    backup.restore(full.owner_url, path, overwrite=True)
    assert everything(full.owner_url) == before


def test_a_damaged_backup_changes_nothing(full: Postgres, tmp_path: Path) -> None:
    path, before = tmp_path / "flyt.zip", everything(full.owner_url)
    backup.backup(full.owner_url, path)
    rewritten(path, tables={"effect": 7})
    with pytest.raises(BackupError, match="damaged: effect has 1 rows, not 7"):
        backup.restore(full.owner_url, path, overwrite=True)
    rewritten(path, revision="9999")
    with pytest.raises(schema.MigrationError, match="newer version"):
        backup.restore(full.owner_url, path, overwrite=True)
    rewritten(path, format=2)
    with pytest.raises(BackupError, match="newer version"):
        backup.restore(full.owner_url, path, overwrite=True)
    path.write_bytes(b"no zip at all")
    with pytest.raises(BackupError, match="no backup"):
        backup.restore(full.owner_url, path, overwrite=True)
    assert everything(full.owner_url) == before


def rewritten(path: Path, tables: dict[str, int] | None = None, **changes: object) -> None:
    """The backup with another manifest."""
    with zipfile.ZipFile(path) as old:
        contents = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(contents["manifest.json"])
    manifest["tables"] |= tables or {}
    contents["manifest.json"] = json.dumps(manifest | changes).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)


def test_a_path_in_a_backup_leads_nowhere(full: Postgres, tmp_path: Path) -> None:
    path = tmp_path / "flyt.zip"
    backup.backup(full.owner_url, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("files/../../evil", "x")
    with pytest.raises(ValueError, match="is no key"):
        backup.restore(full.owner_url, path, files=FolderStore(tmp_path / "f"), overwrite=True)
    assert not (tmp_path / "evil").exists()


def test_one_backup_at_a_time(full: Postgres, tmp_path: Path) -> None:
    path = tmp_path / "flyt.zip"
    (tmp_path / "flyt.zip.part").touch()
    with pytest.raises(BackupError, match="another backup"):
        backup.backup(full.owner_url, path)
    assert not path.exists()


def test_an_old_database_is_migrated_first(empty_target: Postgres, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="flyt migrate"):
        backup.backup(empty_target.owner_url, tmp_path / "flyt.zip")
