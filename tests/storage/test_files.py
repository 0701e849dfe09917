from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import boto3
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from storage import files
from storage.database import Database
from storage.errors import NotFound
from storage.files.records import LONGEST_NAME, safe_name
from storage.files.sniff import sniff
from storage.files.store import CHUNK, checked
from storage.tables import Conversation, File
from tests.storage.conftest import Tenant
from tests.storage.test_conversations import Site, open_site, talk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def bucket() -> Iterator[files.S3Store]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    store = files.S3Store(
        "flyt",
        endpoint=f"http://{host}:{port}",
        region="eu-north-1",
        access_key="key",
        secret_key="secret",
    )
    boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="eu-north-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="flyt", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    yield store
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> files.FolderStore:
    return files.FolderStore(tmp_path / "files")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> files.FileStore:
    return request.getfixturevalue(request.param)


@pytest.fixture
def site(tenant: Tenant) -> Site:
    return open_site(tenant)


class Counted(io.BytesIO):
    """Notices who takes more than a part at once."""

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        assert len(part) <= 8 * 1024 * 1024
        return part


# --- The stores -----------------------------------------------------------------------------


def test_bytes_are_kept_by_key(store: files.FileStore) -> None:
    key, content = f"{uuid4()}/{uuid4()}", os.urandom(9 * 1024 * 1024)
    store.put(key, Counted(content))
    pieces = list(store.read(key))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= CHUNK
    store.put(key, io.BytesIO(b"new"))
    assert b"".join(store.read(key)) == b"new"
    store.delete(key)
    store.delete(key)
    with pytest.raises(files.FileMissing):
        store.read(key)


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/b", f"{uuid4()}/../{uuid4()}", ""])
def test_a_key_is_never_a_path(store: files.FileStore, key: str) -> None:
    for use in (store.read, store.delete, checked, lambda key: store.put(key, io.BytesIO())):
        with pytest.raises(ValueError, match="is no key"):
            use(key)


def test_a_file_that_breaks_off_is_not_kept(folder: files.FolderStore) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the visitor went away")

    with pytest.raises(OSError, match="went away"):
        folder.put(f"{uuid4()}/{uuid4()}", Broken())
    assert list(folder.folder.rglob("*.*")) == []
    assert list(folder.keys()) == []


def test_the_folder_is_private(folder: files.FolderStore) -> None:
    key = f"{uuid4()}/{uuid4()}"
    folder.put(key, io.BytesIO(b"x"))
    path = folder.folder / key
    assert [oct(one.stat().st_mode & 0o777) for one in (folder.folder, path.parent, path)] == [
        "0o700",
        "0o700",
        "0o600",
    ]
    assert list(folder.keys()) == [key]


# --- Uploads --------------------------------------------------------------------------------


def upload(
    site: Site, store: files.FileStore, conversation: UUID, content: bytes = PNG, **more: object
) -> File:
    with site.session() as session:
        contact = session.get(Conversation, (site.tenant.id, conversation)).contact_id
    return files.upload(
        site.tenant.database,
        store,
        Counted(content),
        workspace_id=site.tenant.id,
        conversation_id=conversation,
        contact_id=contact,
        **({"name": "a.png"} | more),  # type: ignore[arg-type]
    )


def test_a_file_is_measured_and_read_back(
    site: Site, store: files.FileStore, other: Tenant
) -> None:
    conversation = talk(site, "hi")
    made = upload(site, store, conversation, name="../../My  cat\u202e.png")
    with site.session() as session:
        file = files.get(session, made.id)
    assert (file.name, file.type, file.size) == ("My cat.png", "image/png", len(PNG))
    assert file.sha256 == hashlib.sha256(PNG).hexdigest()
    assert b"".join(files.content(store, file)) == PNG
    with pytest.raises(NotFound), other.session() as session:
        files.get(session, made.id)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (PNG + bytes(1024), r"too large: at most 1 kB"),
        (b"", "empty"),
        (b"MZ\x90\0", "type application/x-executable"),
        (b"<svg onload=alert(1)>", r"type image/svg\+xml"),
        (b"\n\xef\xbb\xbf<!DOCTYPE html>", "type text/html"),
        (b"virus", "refused: it is a virus"),
    ],
)
def test_a_bad_file_leaves_nothing(
    site: Site, folder: files.FolderStore, content: bytes, told: str
) -> None:
    limits = files.Limits(size=1024)
    conversation = talk(site, "hi")

    def scan(file: object) -> str | None:
        return "it is a virus" if file.read(5) == b"virus" else None  # type: ignore[attr-defined]

    with pytest.raises(files.FileRefused, match=told):
        upload(site, folder, conversation, content, limits=limits, scan=scan)
    assert list(folder.keys()) == []


def test_a_store_that_fails_leaves_no_row(
    site: Site, owner: psycopg.Connection, folder: files.FolderStore
) -> None:
    conversation = talk(site, "hi")
    folder.folder.rmdir()
    with pytest.raises(OSError, match="No such file"):
        upload(site, folder, conversation)
    found = owner.execute("select count(*) from file where workspace_id = %s", [site.tenant.id])
    assert found.fetchone() == (0,)


def test_unsent_files_are_swept_after_a_day(
    site: Site, database: Database, store: files.FileStore, owner: psycopg.Connection
) -> None:
    conversation = talk(site, "hi")
    fresh, sent, lost = (upload(site, store, conversation) for _ in range(3))
    with site.session() as session:
        assert [one.id for one in files.mark_sent(session, conversation, [sent.id])] == [sent.id]
        with pytest.raises(NotFound):
            files.mark_sent(session, talk(site), [lost.id])
    owner.execute("update file set created_at = %s where id = any(%s)", [NOW, [sent.id, lost.id]])
    assert files.sweep_unsent(database, store, NOW + timedelta(days=1)) >= 1
    assert files.sweep_unsent(database, store, NOW + timedelta(days=1)) == 0
    for file in (fresh, sent):
        assert b"".join(store.read(file.key)) == PNG
    with pytest.raises(files.FileMissing):
        store.read(lost.key)
    with pytest.raises(NotFound), site.session() as session:
        files.get(session, lost.id)


def test_a_contacts_files_are_erased(site: Site, store: files.FileStore) -> None:
    theirs, others = talk(site, "hi"), talk(site, "hi")
    gone, kept = upload(site, store, theirs), upload(site, store, others)
    assert gone.contact_id
    with site.session() as session:
        assert files.erase_of_contact(session, store, gone.contact_id) == 1
    with pytest.raises(files.FileMissing):
        store.read(gone.key)
    assert b"".join(store.read(kept.key)) == PNG


# --- Links ----------------------------------------------------------------------------------


def token_of(link: str) -> str:
    return link.partition("?token=")[2]


def test_a_link_opens_one_file_for_a_while() -> None:
    workspace, file = uuid4(), uuid4()
    link = files.link("secret", workspace, file, NOW)
    assert link.startswith(f"/files/{file}?token=")
    token = token_of(link)
    assert files.opened("secret", file, token, NOW) == workspace
    for attempt in (
        lambda: files.opened("secret", file, token, NOW + timedelta(seconds=1)),
        lambda: files.opened("secret", uuid4(), token, NOW),
        lambda: files.opened("other", file, token, NOW),
        lambda: files.opened("secret", file, token[:-1], NOW),
        lambda: files.opened("secret", file, "", NOW),
        lambda: files.opened("secret", file, "é" * 40, NOW),
    ):
        with pytest.raises(files.BadLink):
            attempt()


@given(st.binary(max_size=60))
def test_no_invented_token_opens_anything(raw: bytes) -> None:
    with pytest.raises(files.BadLink):
        files.opened("secret", UUID(int=1), base64.urlsafe_b64encode(raw).decode(), NOW)


# --- Names and types ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ('a"\r\nSet-Cookie: x=1;.png', "aSet-Cookie x=1;.png"),
        ("kvittering blå.pdf", "kvittering blå.pdf"),
        ("Звіт.docx", "Звіт.docx"),
        ("half \ud83d.png", "half .png"),
        ("x" * 500 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("", "file"),
    ],
)
def test_names_are_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text())
def test_any_name_becomes_safe(name: str) -> None:
    safe = safe_name(name)
    assert 1 <= len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\"\r\n\0')
    assert not safe.startswith(".")


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "x.txt", "image/png"),
        (b"\xff\xd8\xff\xe0", "x", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "x", "audio/wav"),
        (b"\0\0\0 ftypisom", "x", "video/mp4"),
        (b"\0\0\0 ftypM4A ", "x", "audio/mp4"),
        (b"\0\0\0 ftypheic", "x", "image/heic"),
        (b"%PDF-1.7", "x", "application/pdf"),
        (zipped("word/document.xml"), "x", DOCX),
        (zipped("mimetype"), "x", "application/vnd.oasis.opendocument.text"),
        (zipped("anything"), "x", "application/zip"),
        (b"PK\x03\x04 cut off", "x", "application/zip"),
        (b"a,b\n1,2", "x.csv", "text/csv"),
        ("blå".encode(), "x", "text/plain"),
        (("й" * 5000).encode(), "x", "text/plain"),
        ("blå".encode("latin-1") + b"rb\xe6r og mer tekst", "x", "application/octet-stream"),
        (b"\0\1\2", "x.txt", "application/octet-stream"),
    ],
)  # fmt: skip
def test_types_are_read_from_the_bytes(content: bytes, name: str, kind: str) -> None:
    file = io.BytesIO(content)
    assert sniff(file, name) == kind
    assert file.tell() == 0
