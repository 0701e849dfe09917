"""The Reflex application: which page stands where."""

from __future__ import annotations

import logging

import reflex as rx
from reflex_base.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary

from builder.design import door
from builder.design.islands import Reload
from builder.design.sources import ICON, STYLESHEETS
from builder.pages.bot import bot_page
from builder.pages.bots import bots_page
from builder.pages.connection import connection_page
from builder.pages.connections import connections_page
from builder.pages.describe import describe_page
from builder.pages.doors import invite, setup, sign_in
from builder.pages.editor import editor_page
from builder.pages.inbox import inbox_page
from builder.pages.knowledge import knowledge_page
from builder.pages.models import models_page
from builder.pages.settings import settings_page
from builder.states.bots import BotsState, BotState
from builder.states.channels import ChannelsState, ChannelState
from builder.states.describing import DescribeState
from builder.states.editor import EditorState
from builder.states.inbox import InboxState
from builder.states.knowledge import KnowledgeState
from builder.states.models import ModelsState
from builder.states.settings import SettingsState
from builder.words import t

log = logging.getLogger("flyt.builder")

LONGEST_REPORT = 2_000


def report(exception: Exception) -> None:
    """Logs what failed in a browser. Anybody can send this, so it is cut and marked as foreign."""
    log.warning("a browser reported an error: %r", str(exception)[:LONGEST_REPORT])


def broken() -> rx.Component:
    """In place of a page whose drawing failed."""
    return door(
        t("This page broke"),
        t("That is our fault, and it has been logged. What you saved is safe."),
        Reload.create(label=t("Load it again")),
    )


def boundary(_stateful: bool) -> rx.Component:
    return ErrorBoundary.create(
        fallback_render=ArgsFunctionOperation.create(("_",), rx.Var.create(broken()))
    )


def nothing_here() -> rx.Component:
    """In place of a page that does not exist."""
    return door(
        t("There is no such page"),
        t("The address may be mistyped, or what was here has been deleted."),
        rx.el.a(t("To your bots"), href="/", class_name="button primary"),
    )


app = rx.App(
    stylesheets=STYLESHEETS,
    reset_style=False,
    html_lang="en",
    head_components=[rx.el.link(rel="icon", href=ICON, type="image/svg+xml")],
    frontend_exception_handler=report,
    app_wraps={(55, "ErrorBoundary"): boundary},
)

app.add_page(bots_page, route="/", title=t("Bots · Flyt"), on_load=BotsState.load)
app.add_page(
    describe_page,
    route="/bots/describe",
    title=t("Describe your bot · Flyt"),
    on_load=DescribeState.load,
)
app.add_page(bot_page, route="/bots/[bot_id]", title=t("Bot · Flyt"), on_load=BotState.load)
app.add_page(inbox_page, route="/inbox", title=t("Inbox · Flyt"), on_load=InboxState.load)
app.add_page(
    knowledge_page, route="/knowledge", title=t("Knowledge · Flyt"), on_load=KnowledgeState.load
)
app.add_page(
    editor_page, route="/bots/[bot_id]/edit", title=t("Editor · Flyt"), on_load=EditorState.load
)
app.add_page(
    connections_page,
    route="/connections",
    title=t("Connections · Flyt"),
    on_load=ChannelsState.load,
)
app.add_page(
    connection_page,
    route="/connections/[channel_id]",
    title=t("Website chat · Flyt"),
    on_load=ChannelState.load,
)
app.add_page(
    settings_page, route="/settings", title=t("Settings · Flyt"), on_load=SettingsState.load
)
app.add_page(
    models_page, route="/settings/models", title=t("AI models · Flyt"), on_load=ModelsState.load
)
app.add_page(nothing_here, route="404", title=t("No such page · Flyt"))
app.add_page(sign_in, route="/sign-in", title=t("Sign in · Flyt"))
app.add_page(setup, route="/setup", title=t("Welcome · Flyt"))
app.add_page(invite, route="/invite/[token]", title=t("Invitation · Flyt"))
