"""Ids and variables by the names a bot document allows; each stays the same within one import."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from runtime.core.fields import wrong_name

_LONGEST = 60  # of an id, so that a number fits behind it
_NO_ID = re.compile(r"[^A-Za-z0-9_-]+")
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+")


class Ids:
    """Ids that are free, as like those of the file as can be."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def made(self, wanted: str, fallback: str) -> str:
        plain = _NO_ID.sub("_", _ascii(wanted)).strip("_-")[:_LONGEST] or fallback
        return _free(plain, self._taken)


class Variables:
    """What the variables of an export are called here. Texts name them, options have their ids."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._taken: set[str] = set()
        self._by_id: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for id_, name in known:
            if id_ and id_ not in self._by_id:
                self._by_id[id_] = self.named(name)

    def named(self, name: str) -> str:
        """The variable of this name, which is made where there is none."""
        wanted = name.strip()
        if wanted not in self._by_name:
            self._by_name[wanted] = self._made(wanted)
        return self._by_name[wanted]

    def of(self, id_: object) -> str | None:
        return self._by_id.get(id_) if isinstance(id_, str) else None

    def fresh(self, wanted: str) -> str:
        """One that the export has not got, as a question must store its answer somewhere."""
        return self._made(wanted)

    def all(self) -> list[str]:
        return sorted(self._taken)

    def _made(self, wanted: str) -> str:
        plain = _NO_NAME.sub("_", _ascii(wanted)).strip("_")[:_LONGEST]
        if not plain or not plain[0].isalpha():
            plain = f"v_{plain}".rstrip("_")
        if wrong_name(plain):
            plain = f"{plain}_value"
        return _free(plain, self._taken)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _free(wanted: str, taken: set[str]) -> str:
    found, count = wanted, 1
    while found in taken:
        count += 1
        found = f"{wanted}_{count}"
    taken.add(found)
    return found
