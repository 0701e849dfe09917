"""The editor of a chat's look, with the chat drawn beside it as visitors will see it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design.controls import Shown, Text
from builder.design.sources import SCRIPTS
from builder.words import t
from storage.channel_settings import LARGEST_AVATAR


def _the_look(look: rx.Var[dict[str, Any]]) -> tuple[rx.Var[dict[str, Any]]]:
    return (look,)


class LookEditor(rx.Component):
    library = SCRIPTS["look_editor"]
    tag = "LookEditor"

    look: rx.Var[dict[str, Any]]
    name: rx.Var[str]
    errors: rx.Var[dict[str, str]]
    saved: rx.Var[int]
    read_only: rx.Var[bool]
    largest: rx.Var[int]
    words: rx.Var[dict[str, str]]
    on_save: rx.EventHandler[_the_look]


def look_editor(
    look: Shown,
    *,
    name: Text,
    errors: Shown,
    saved: Shown,
    read_only: Any,
    on_save: Any,
    **props: Any,
) -> rx.Component:
    """``look`` as `storage.channel_settings.whole_look` has it; ``on_save(look)`` takes all of it.

    ``saved`` changes each time a look was kept; ``errors`` has a sentence for each wrong key.
    """
    return LookEditor.create(
        look=look,
        name=name,
        errors=errors,
        saved=saved,
        read_only=read_only,
        largest=LARGEST_AVATAR,
        words=_words(),
        on_save=on_save,
        **props,
    )


def _words() -> dict[str, str]:
    return {
        "header": t("Head of the chat"),
        "title": t("Title"),
        "title_help": t("Empty: the name of this chat."),
        "subtitle": t("Line below it"),
        "subtitle_usual": t("Usually answers at once"),
        "avatar": t("Picture"),
        "avatar_choose": t("Choose a picture"),
        "avatar_other": t("Choose another"),
        "avatar_remove": t("Remove"),
        "avatar_help": t("PNG, JPEG or WebP; it is cut to a square and made small."),
        "avatar_unreadable": t("This file is no picture that the browser can read."),
        "avatar_large": t("This picture stays too large even when made small. Choose another."),
        "colours": t("Colours and corners"),
        "accent": t("Colour"),
        "accent_pick": t("Pick a colour"),
        "accent_wrong": t("Write # and six digits or letters a to f, such as #3e63dd."),
        "accent_dark": t("White would be hard to read on this colour, so its text is black."),
        "accent_faint": t("This colour hardly stands out from a white page. A darker one does."),
        "mode": t("Light or dark"),
        "mode_auto": t("As the visitor's device"),
        "mode_light": t("Light"),
        "mode_dark": t("Dark"),
        "radius": t("Corners of messages"),
        "pixels": t("px"),
        "place": t("On the page"),
        "position": t("Corner"),
        "position_right": t("Right"),
        "position_left": t("Left"),
        "launcher": t("Words on the button"),
        "launcher_help": t("Empty: only the speech bubble."),
        "greeting": t("Greeting above the button"),
        "greeting_help": t("A visitor can close it. Empty: none."),
        "save": t("Save the look"),
        "discard": t("Undo the changes"),
        "unsaved": t("Not saved yet"),
        "same": t("Visitors see this look."),
        "preview": t("Preview"),
        "preview_open": t("Open"),
        "preview_closed": t("Closed"),
        "sample_bot": t("Hello! How can I help?"),
        "sample_visitor": t("When are you open?"),
        "sample_answer": t("Every day from 9 to 17. Is there anything else?"),
        "sample_one": t("Where to find us"),
        "sample_two": t("That is all"),
        "sample_write": t("Write a message"),
    }
