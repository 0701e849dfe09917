from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, cast

import msgspec
from pydantic import Field

from runtime.core.ask import Answer, Ask, Unfit
from runtime.core.contract import Chosen, Context, File, Input, Uploaded, UserSaid
from runtime.core.expressions import escape, values
from runtime.core.fields import Selector, Ui
from runtime.core.phrases import phrase

MEGABYTE = 1024 * 1024
MOST = 10  # files that one message can carry

Kind = Literal["image", "video", "audio", "pdf", "document", "spreadsheet", "archive"]
LABELS = {
    "image": "Pictures",
    "video": "Videos",
    "audio": "Sound",
    "pdf": "PDF",
    "document": "Documents",
    "spreadsheet": "Spreadsheets",
    "archive": "Archives",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES: dict[Kind, tuple[str, ...]] = {
    "image": ("image/*",),
    "video": ("video/*",),
    "audio": ("audio/*",),
    "pdf": ("application/pdf",),
    "document": (
        "application/pdf",
        "application/msword",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OPEN}text",
        "application/rtf",
        "text/plain",
        "text/markdown",
    ),
    "spreadsheet": (
        "application/vnd.ms-excel",
        f"{_OFFICE}spreadsheetml.sheet",
        f"{_OPEN}spreadsheet",
        "text/csv",
    ),
    "archive": ("application/zip", "application/gzip", "application/x-7z-compressed"),
}
# What these bytes hold only the name tells: old office files all begin alike.
_BY_NAME = {
    "application/msword": {".xls": "application/vnd.ms-excel"},
    "text/plain": {".csv": "text/csv", ".rtf": "application/rtf"},
}


class AskFile(Ask):
    """Asks for a file, such as a picture or a PDF, and stores its name, type, size and id."""

    type: ClassVar[str] = "ask.file"
    label: ClassVar[str] = "File"
    icon: ClassVar[str] = "file-up"
    example: ClassVar[dict[str, Any]] = {
        "text": "Please send a picture of the damage.",
        "variable": "picture",
    }

    kinds: Annotated[
        tuple[Annotated[Kind, Selector("select", labels=LABELS)], ...],
        Field(title="Kinds of files", description="Which may be sent; with none, all may."),
        Selector("list", item="Kind", add="Add a kind", flat=True),
    ] = ()
    largest: Annotated[
        float | None,
        Field(title="Largest (MB)", description="Of one file.", gt=0, le=1000),
        Ui(half=True),
    ] = None
    most: Annotated[
        int,
        Field(
            title="Files at most",
            description="With more than one, a list of files is stored.",
            ge=1,
            le=MOST,
        ),
        Ui(half=True),
    ] = 1

    def input(self, ctx: Context) -> Input:
        return Input(
            "file",
            multiple=self.most > 1,
            maximum=self.most,
            accept=self._accepted(),
            largest=self._bytes(),
        )

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        files = event.files if isinstance(event, Uploaded) else ()
        if not files:
            return Unfit("retry_file")
        if len(files) > self.most:
            return Unfit("file_many" if self.most > 1 else "file_one", {"most": self.most})
        for file in files:
            if unfit := self._unfit(file, ctx.language):
                return unfit
        stored = [msgspec.to_builtins(file) for file in files]
        return Answer(stored if self.most > 1 else stored[0])

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        listed = cast("list[Any]", value if isinstance(value, list) else [value])
        try:
            files = msgspec.convert(listed, list[File])
        except msgspec.ValidationError:
            return None
        if not 0 < len(files) <= self.most or isinstance(value, list) != (self.most > 1):
            return None
        unfit = any(self._unfit(file, ctx.language) for file in files)
        return None if unfit else Answer(value)

    def _unfit(self, file: File, language: str) -> Unfit | None:
        """What is wrong with a file, if anything."""
        name, accepted = escape(file.name), self._accepted()
        if accepted and not _is_one_of(_type_of(file), accepted):
            kinds = ", ".join(_named(kind, language) for kind in dict.fromkeys(self.kinds))
            return Unfit("file_type", {"name": name, "kinds": kinds})
        most = self._bytes()
        if most is not None and file.size > most:
            return Unfit("file_large", {"name": name, "largest": values.text(self.largest)})
        return None

    def _accepted(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(type_ for kind in self.kinds for type_ in TYPES[kind]))

    def _bytes(self) -> int | None:
        return None if self.largest is None else int(self.largest * MEGABYTE)


def _named(kind: Kind, language: str) -> str:
    return "PDF" if kind == "pdf" else phrase(kind, language)


def _type_of(file: File) -> str:
    type_ = file.type.partition(";")[0].strip().lower()
    _, dot, ending = file.name.lower().rpartition(".")
    return _BY_NAME.get(type_, {}).get(dot + ending, type_)


def _is_one_of(type_: str, accepted: tuple[str, ...]) -> bool:
    whole = f"{type_.partition('/')[0]}/*"
    return type_ in accepted or whole in accepted
