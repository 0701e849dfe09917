"""Where an installation keeps its data, and who may walk there."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

_SYSTEM_DATA = Path("/var/lib/flyt")


class AlreadyRunning(RuntimeError):
    """Another `flyt run` already works on this data folder."""


def settle(folder: Path) -> Path:
    """The folder that really holds the data, created if needed.

    PostgreSQL refuses to run as root, so root runs it as a system user. Where that user cannot walk
    (a checkout below a 0700 home) the data go to /var/lib/flyt and `folder` keeps a pointer.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        folder.chmod(0o700)
        return folder
    real = folder
    if not others_can_walk(folder.parent):
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        real = _SYSTEM_DATA / name
        real.mkdir(parents=True, exist_ok=True)
        _SYSTEM_DATA.chmod(0o711)
        (folder / "location").write_text(f"{real}\n")
    real.chmod(0o711)
    return real


def location(folder: Path) -> Path:
    """Where the data of `folder` are: itself, or the place its pointer names."""
    pointer = folder / "location"
    return Path(pointer.read_text().strip()) if pointer.exists() else folder.absolute()


def others_can_walk(path: Path) -> bool:
    """True where a user without rights of its own reaches `path`: each folder above lets it by."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.resolve().parents))


def lock(folder: Path) -> int:
    """Takes the one supervisor's place; the lock ends with the process that holds the answer.

    Raises AlreadyRunning while another process has it.
    """
    handle = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        message = (
            f"another `flyt run` already works on {folder}. Stop it first, "
            "or give this one its own folder with --data."
        )
        raise AlreadyRunning(message) from None
    return handle


def write_private(path: Path, text: str, *, only_new: bool = False) -> None:
    """Writes a file that only its owner may read, whole or not at all.

    With `only_new` a file that another process wrote first stays as it is.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if not only_new:
        part.replace(path)
        return
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(part)
    part.unlink()


def remembered(path: Path, fresh: dict[str, Any]) -> dict[str, Any]:
    """The settings kept in a private JSON file; `fresh` fills what is missing there."""
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    merged = fresh | kept
    if merged != kept:
        write_private(path, json.dumps(merged))
    return merged
