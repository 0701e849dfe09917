"""Which file is whose: checked when it comes, found by id, swept and erased."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, func, text, update
from sqlmodel import Session, col, select

from storage.database import Database
from storage.errors import NotFound, Refused
from storage.files.sniff import sniff
from storage.files.store import FileStore, chunks
from storage.identifiers import uuid7
from storage.tables import File

Scanner = Callable[[BinaryIO], str | None]
"""Looks at a file before it is kept; answers why it is refused, or None."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "image/avif",
        "audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/flac",
        "video/mp4", "video/webm",
        "application/pdf", "text/plain", "text/csv", "text/markdown", "application/json",
        "application/msword", f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet", f"{_OFFICE}.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)  # fmt: skip
LONGEST_NAME = 150  # characters


class FileRefused(Refused):
    """A file that may not be kept: too large, of a wrong type, or found bad by the scanner."""


@dataclass(frozen=True)
class Limits:
    """``size`` in bytes; ``types`` are MIME types as the bytes show them."""

    size: int = 20 * 1024 * 1024
    types: frozenset[str] = TYPES


def upload(
    database: Database,
    store: FileStore,
    content: BinaryIO,
    *,
    workspace_id: UUID,
    name: str,
    conversation_id: UUID | None = None,
    contact_id: UUID | None = None,
    limits: Limits | None = None,
    scan: Scanner | None = None,
) -> File:
    """Checks and keeps a seekable file, reading it in chunks. Raises `FileRefused`.

    The row comes first: should the process die before the bytes are there, it is swept as unsent.
    """
    name, limits = safe_name(name), limits or Limits()
    size, digest = _measure(content, limits.size)
    file_id = uuid7()
    file = File(
        workspace_id=workspace_id,
        id=file_id,
        conversation_id=conversation_id,
        contact_id=contact_id,
        key=f"{workspace_id}/{file_id}",
        name=name,
        type=_allowed_type(content, name, limits, scan),
        size=size,
        sha256=digest,
    )
    with database.workspace(workspace_id) as session:
        session.add(file)
    try:
        content.seek(0)
        store.put(file.key, content)
    except Exception:
        with database.workspace(workspace_id) as session:
            session.execute(delete(File).where(col(File.id) == file_id))
        raise
    return file


def get(session: Session, file_id: UUID) -> File:
    """Raises `NotFound`."""
    file = session.exec(select(File).where(File.id == file_id)).one_or_none()
    if file is None:
        raise NotFound(f"there is no file {file_id}")
    return file


def content(store: FileStore, file: File) -> Iterator[bytes]:
    """The bytes in chunks. Raises `FileMissing` before the first."""
    return store.read(file.key)


def mark_sent(session: Session, conversation_id: UUID, file_ids: Sequence[UUID]) -> list[File]:
    """The files of a message, in its order; from now on they are kept. Raises `NotFound`."""
    query = select(File).where(File.conversation_id == conversation_id, col(File.id).in_(file_ids))
    found = {file.id: file for file in session.exec(query)}
    for file_id in file_ids:
        if file_id not in found:
            raise NotFound(f"there is no file {file_id} in this conversation")
    session.execute(
        update(File)
        .where(col(File.id).in_(file_ids), col(File.sent_at).is_(None))
        .values(sent_at=func.now())
    )
    return [found[file_id] for file_id in file_ids]


def keep(session: Session, file_id: UUID) -> None:
    """For what is not sent with a message: from now on it is kept. Raises `NotFound`."""
    file = get(session, file_id)
    file.sent_at = func.now()  # pyright: ignore[reportAttributeAccessIssue]
    session.add(file)


def remove(session: Session, store: FileStore, file_id: UUID) -> None:
    """Deletes a file for good; harmless where it is gone."""
    key = session.execute(
        delete(File).where(col(File.id) == file_id).returning(col(File.key))
    ).scalar_one_or_none()
    if key is not None:
        store.delete(key)


def discard(session: Session, store: FileStore, conversation_id: UUID, file_id: UUID) -> None:
    """Deletes an upload that was not sent after all. Raises `NotFound`, also once it is sent."""
    unsent = col(File.sent_at).is_(None)
    of_it = (col(File.id) == file_id, col(File.conversation_id) == conversation_id, unsent)
    key = session.execute(delete(File).where(*of_it).returning(col(File.key))).scalar_one_or_none()
    if key is None:
        raise NotFound(f"no file {file_id} waits to be sent in this conversation")
    store.delete(key)


def count_unsent(session: Session, conversation_id: UUID) -> int:
    """How many uploads of a conversation wait for their message."""
    query = select(func.count()).select_from(File)
    unsent = query.where(File.conversation_id == conversation_id, col(File.sent_at).is_(None))
    return session.exec(unsent).one()


def erase_of_contact(session: Session, store: FileStore, contact_id: UUID) -> int:
    """Deletes a person's files for good; answers how many."""
    files = session.exec(select(File).where(File.contact_id == contact_id)).all()
    for file in files:
        store.delete(file.key)
        session.delete(file)
    return len(files)


def sweep_unsent(database: Database, store: FileStore, before: datetime, most: int = 500) -> int:
    """Deletes uploads that were never sent, of all workspaces; answers how many."""
    with database.system() as session:
        found = session.connection().execute(
            text("select * from flyt.unsent_files(:before, :most)"),
            {"before": before, "most": most},
        )
        rows = found.all()
    return sum(_sweep(database, store, row.workspace_id, row.id) for row in rows)


def _sweep(database: Database, store: FileStore, workspace_id: UUID, file_id: UUID) -> int:
    """The row's lock keeps a message from taking the file while its bytes go."""
    with database.workspace(workspace_id) as session:
        gone = session.execute(
            delete(File)
            .where(col(File.id) == file_id, col(File.sent_at).is_(None))
            .returning(col(File.key))
        ).scalar_one_or_none()
        if gone is None:
            return 0
        store.delete(gone)
    return 1


def safe_name(name: str) -> str:
    """A name that is no path, hides nothing, and fits into a header; its ending survives."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    name = " ".join(name.split()).lstrip(".")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 16:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[:LONGEST_NAME] or "file"


def _allowed_type(content: BinaryIO, name: str, limits: Limits, scan: Scanner | None) -> str:
    kind = sniff(content, name)
    if kind not in limits.types:
        raise FileRefused(f"files of type {kind} can't be sent here ({name})")
    if scan and (reason := scan(content)):
        raise FileRefused(f"{name} was refused: {reason}")
    return kind


def _measure(content: BinaryIO, most: int) -> tuple[int, str]:
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(content):
        size += len(chunk)
        if size > most:
            raise FileRefused(f"the file is too large: at most {_readable(most)} can be sent")
        digest.update(chunk)
    if size == 0:
        raise FileRefused("the file is empty")
    return size, digest.hexdigest()


def _readable(size: int) -> str:
    return f"{size / 1024**2:g} MB" if size >= 1024**2 else f"{size // 1024} kB"
