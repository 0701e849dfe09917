"""Which files can be read as knowledge, checked before they are kept."""

from __future__ import annotations

from storage.files import FileRefused, Limits

_OFFICE = "application/vnd.openxmlformats-officedocument"
# Old tables are in the letters of one country, which looks like no text: reading finds out.
_TEXT = frozenset(
    {"text/plain", "text/csv", "text/markdown", "text/html", "application/json",
     "application/octet-stream"}
)  # fmt: skip
_TYPES = {
    "pdf": frozenset({"application/pdf"}),
    "docx": frozenset({f"{_OFFICE}.wordprocessingml.document"}),
    "xlsx": frozenset({f"{_OFFICE}.spreadsheetml.sheet"}),
    **dict.fromkeys(("html", "htm", "md", "markdown", "txt", "csv", "tsv", "json"), _TEXT),
}
_PRICELIST = ("csv", "tsv", "xlsx", "json")
_FILE = tuple(ending for ending in _TYPES if ending != "json")


def limits(kind: str, name: str) -> Limits:
    """What a file of this name must be. Raises `FileRefused`."""
    readable = _PRICELIST if kind == "pricelist" else _FILE
    ending = name.rpartition(".")[2].lower()
    if ending not in readable:
        what = "a price list" if kind == "pricelist" else "a file"
        listed = ", ".join(f".{one}" for one in readable)
        raise FileRefused(f"{name or 'this'} can't be read as {what}: send one of {listed}")
    return Limits(types=_TYPES[ending])
