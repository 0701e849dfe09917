"""The design system: everything a page of the builder is made of."""

from __future__ import annotations

from builder.design.content import (
    badge,
    card,
    code,
    code_block,
    facts,
    notice,
    relative_time,
    section,
    table,
)
from builder.design.controls import (
    Shown,
    button,
    chat_link,
    field,
    form,
    form_actions,
    form_row,
    named,
    select_field,
    submit_button,
)
from builder.design.frame import door, frame, page_header
from builder.design.islands import account_form, copy_button, file_drop, invitation
from builder.design.look import look_editor
from builder.design.overlays import connection_banner, dialog, menu, menu_item
from builder.design.states import empty_state, error_state, loaded, skeleton_table

__all__ = [
    "Shown",
    "account_form",
    "badge",
    "button",
    "card",
    "chat_link",
    "code",
    "code_block",
    "connection_banner",
    "copy_button",
    "dialog",
    "door",
    "empty_state",
    "error_state",
    "facts",
    "field",
    "file_drop",
    "form",
    "form_actions",
    "form_row",
    "frame",
    "invitation",
    "loaded",
    "look_editor",
    "menu",
    "menu_item",
    "named",
    "notice",
    "page_header",
    "relative_time",
    "section",
    "select_field",
    "skeleton_table",
    "submit_button",
    "table",
]
