"""Files: one contract over a folder or an S3-compatible bucket, private, by signed links.

`records` knows which file is whose; the stores know bytes by key.
"""

from __future__ import annotations

from storage.files.folder import FolderStore
from storage.files.links import BadLink, link, opened
from storage.files.records import (
    FileRefused,
    Limits,
    Scanner,
    content,
    count_unsent,
    discard,
    erase_of_contact,
    get,
    keep,
    mark_sent,
    remove,
    sweep_unsent,
    upload,
)
from storage.files.s3 import S3Store
from storage.files.store import FileMissing, FileStore

__all__ = [
    "BadLink",
    "FileMissing",
    "FileRefused",
    "FileStore",
    "FolderStore",
    "Limits",
    "S3Store",
    "Scanner",
    "content",
    "count_unsent",
    "discard",
    "erase_of_contact",
    "get",
    "keep",
    "link",
    "mark_sent",
    "opened",
    "remove",
    "sweep_unsent",
    "upload",
]
