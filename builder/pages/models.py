"""AI models, a page of the settings, and the section that leads there."""

from __future__ import annotations

import reflex as rx

from builder.design import button, loaded, section
from builder.models import ai_models
from builder.shell import page
from builder.states.models import ModelsState
from builder.words import t


def models_page() -> rx.Component:
    state = ModelsState
    return page(
        t("AI models"),
        loaded(
            state,
            ai_models(
                workspace=state.workspace_id,
                manages=state.manages,
                audits=state.audits,
                words={},
            ),
        ),
        current="Settings",
        back=(t("Settings"), "/settings"),
    )


def models_section() -> rx.Component:
    lead = t("Which language models your bots may ask, what for, at what cost, and by which rules.")
    open_ = button(t("Open AI models"), icon="sparkles", href="/settings/models")
    return section(t("AI models"), lead=lead, action=open_)
