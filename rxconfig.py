"""Reflex's configuration; `python -m builder.build` is what compiles the pages."""

from __future__ import annotations

import reflex as rx


class Checks(rx.plugins.Plugin):
    """What only the tests need of npm, kept in the same lock as the rest."""

    def get_frontend_development_dependencies(self, **_: object) -> list[str]:
        return ["axe-core@4.14.1", "@types/react@19.3.0"]


config = rx.Config(
    app_name="builder",
    app_module_import="builder.app",
    # The browser's address is put in place of this one after the build (`builder.build`).
    api_url="http://same-origin.invalid",
    deploy_url=None,
    # No foreign origin is ever answered; `builder.front` compares Origin with Host itself.
    cors_allowed_origins=(),
    # A tab's state is a cache of what PostgreSQL holds, so it may vanish with the process.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="system",
    frontend_packages=[
        "@fontsource-variable/inter@5.3.0",
        "@radix-ui/colors@3.0.0",
    ],
    plugins=[Checks()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
