"""The style sheets and scripts of this folder, handed to the build of the front."""

from __future__ import annotations

from pathlib import Path

import reflex as rx
from reflex_base.environment import environment

_HERE = Path(__file__).parent
_PLACE = "/external/builder/design/sources"  # where `rx.asset` puts what stands beside this file
_SHEETS = (
    "tokens.css",
    "frame.css",
    "controls.css",
    "content.css",
    "citations.css",
    "states.css",
    "overlays.css",
    "door.css",
    "document.css",
    "look.css",
)
_SCRIPTS = sorted(_HERE.glob("*.ts*"))

SCRIPTS = {file.stem: f"$/public{_PLACE}/{file.name}" for file in _SCRIPTS}
"""What to import each island from, by the name of its file."""

STYLESHEETS = [f"{_PLACE}/{name}" for name in _SHEETS]
"""Addresses of the sheets, tokens first; later ones may override earlier ones."""

ICON = f"{_PLACE}/icon.svg"

# Only a build needs the files. Each call reads the sources of the whole stack, a tenth of a second.
if not environment.REFLEX_BACKEND_ONLY.get():
    for _name in (*_SHEETS, "icon.svg", *(file.name for file in _SCRIPTS)):
        rx.asset(_name, shared=True)
