"""The editor's scripts and style sheets, handed to the build of the front."""

from __future__ import annotations

from pathlib import Path

import reflex as rx
from reflex_base.environment import environment

from builder.paths import ROOT

_HERE = Path(__file__).parent
_PLACE = "external/builder/editor/sources"  # where `rx.asset` puts what stands beside this file
_KINDS = (".ts", ".tsx", ".css")
_FILES = sorted(
    file.relative_to(_HERE).as_posix() for file in _HERE.rglob("*") if file.suffix in _KINDS
)

SCRIPT = f"$/public/{_PLACE}/editor.tsx"
"""What to import the editor from."""

SHEETS = [f"$/public/{_PLACE}/{name}" for name in _FILES if name.endswith(".css")]
"""What to import its style sheets from."""

# Only a build needs the files. Each call reads the sources of the whole stack, a tenth of a second.
if not environment.REFLEX_BACKEND_ONLY.get():
    for _name in _FILES:
        (ROOT / "assets" / _PLACE / _name).parent.mkdir(parents=True, exist_ok=True)
        rx.asset(_name, shared=True)
