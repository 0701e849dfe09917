"""The lists of hostile input below the folder that `FLYT_DATASETS` names; none is part of Flyt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subjects import SubjectFailed

SETTING = "FLYT_DATASETS"
_LISTS = (".txt", ".fuzz")


@dataclass(frozen=True)
class Payloads:
    """``lines`` stand once each, in the order of the lists; ``files`` are whole attacks as XML."""

    lines: tuple[str, ...]
    scripts: tuple[str, ...]  # those of the lists against browsers and templates
    files: tuple[bytes, ...]


def read(every: int = 1) -> Payloads:
    """All of them, or of every so many one. Raises `SubjectFailed` where there are none."""
    folder = Path(os.environ.get(SETTING, "")) / "payloads"
    if SETTING not in os.environ or not folder.is_dir():
        raise SubjectFailed(
            f"set {SETTING} to the folder that holds payloads/: lists of hostile input, a file"
            " each, a payload on each line (*.txt, *.fuzz) or in the code of a text (*.md)"
        )
    lines: dict[str, bool] = {}
    for file in sorted(folder.iterdir()):
        for line in _lines(file):
            if line.strip():
                lines[line] = lines.get(line, False) or _is_script(file.name)
    if not lines:
        raise SubjectFailed(f"there is no list of hostile input in {folder}")
    return Payloads(
        lines=tuple(lines)[::every],
        scripts=tuple(line for line, script in lines.items() if script)[::every],
        files=tuple(line.encode() for line in lines if line.lstrip().startswith("<?xml")),
    )


def _lines(file: Path) -> Iterator[str]:
    if file.suffix in _LISTS:
        yield from file.read_text(errors="replace").split("\n")
    elif file.suffix == ".md":
        yield from _code(file.read_text(errors="replace"))


def _code(text: str) -> Iterator[str]:
    """The lines between the fences of a Markdown text."""
    inside = False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif inside:
            yield line


def _is_script(name: str) -> bool:
    return name.startswith("XSS") or "Template" in name
