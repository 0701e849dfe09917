"""The editor of a bot: one component, drawn and kept by the browser alone.

It holds the document in a store of its own and talks to the admin API with the session's cookie;
Reflex only tells it which bot to open.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.editor.sources import SCRIPT, SHEETS


class Editor(rx.NoSSRComponent):
    library = SCRIPT
    tag = "Editor"
    lib_dependencies: list[str] = [
        "@xyflow/react@12.12.1",
        "@dagrejs/dagre@3.1.3",
        "@codemirror/commands@6.11.1",
        "@codemirror/state@6.7.6",
        "@codemirror/view@6.43.15",
        "@dnd-kit/core@6.3.1",
        "@dnd-kit/sortable@10.0.0",
        "@dnd-kit/utilities@3.2.2",
    ]

    bot_id: rx.Var[str]
    name: rx.Var[str]
    email: rx.Var[str]
    read_only: rx.Var[bool]
    locale: rx.Var[str]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": ["@xyflow/react/dist/base.css", *SHEETS]}


editor = Editor.create
