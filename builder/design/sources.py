"""The style sheets and scripts of this folder, handed to the build of the front."""

from __future__ import annotations

from pathlib import Path

import reflex as rx

_HERE = Path(__file__).parent
_SHEETS = (
    "tokens.css",
    "frame.css",
    "controls.css",
    "content.css",
    "states.css",
    "overlays.css",
    "door.css",
    "document.css",
)

SCRIPTS = {
    file.stem: rx.asset(file.name, shared=True).importable_path
    for file in sorted(_HERE.glob("*.tsx"))
}
"""What to import each island from, by the name of its file."""

STYLESHEETS = [rx.asset(name, shared=True).partition("?")[0] for name in _SHEETS]
"""Addresses of the sheets, tokens first; later ones may override earlier ones."""

ICON = rx.asset("icon.svg", shared=True)
