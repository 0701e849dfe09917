"""`flyt backup` and `flyt restore`: an installation to one file and back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from runtime.settings import Settings
from storage import backup as stored
from storage.backup import Progress
from storage.files import FolderStore


def backup(settings: Settings, path: Path, progress: Progress) -> None:
    """Everything to one file. Raises `storage.backup.BackupError`."""
    stored.backup(settings.database_owner_url, path, files=_folder(settings), progress=progress)


def restore(settings: Settings, path: Path, *, overwrite: bool, progress: Progress) -> None:
    """Everything back from one file. Raises `storage.backup.BackupError`."""
    stored.restore(
        settings.database_owner_url,
        path,
        files=_folder(settings),
        overwrite=overwrite,
        app_password=urlsplit(settings.database_url).password,
        progress=progress,
    )


def _folder(settings: Settings) -> FolderStore | None:
    """The folder of files; a bucket has backups of its own."""
    return FolderStore(settings.files) if isinstance(settings.files, Path) else None
