"""The scripts and style sheet of the page, handed to the build of the front."""

from __future__ import annotations

from pathlib import Path

import reflex as rx
from reflex_base.environment import environment

_HERE = Path(__file__).parent
_PLACE = "$/public/external/builder/describing/sources"  # of what `rx.asset` finds here
_KINDS = (".ts", ".tsx", ".css")

SCRIPT = f"{_PLACE}/describing.tsx"
TOLD = f"{_PLACE}/left_out.tsx"
SHEET = f"{_PLACE}/describing.css"

# Only a build needs the files. Each call reads the sources of the whole stack, a tenth of a second.
if not environment.REFLEX_BACKEND_ONLY.get():
    for _file in sorted(_HERE.iterdir()):
        if _file.suffix in _KINDS:
            rx.asset(_file.name, shared=True)
