"""The repair flows every bot has: ordinary flows, overridden by a flow of the same id."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from runtime.core.document import Document, parse
from runtime.core.texts import put_text, text_at

PREFIX = "system."
_FILE = Path(__file__).with_name("system.json")
_APOLOGY = "flows.system.not_understood.nodes.sorry.config.text"


def with_system_flows(document: Document) -> Document:
    """The document with the system flows it lacks, in the languages it speaks.

    ``settings.not_understood`` takes the place of the stock apology.
    """
    own = {flow.id for flow in document.flows}
    stock = _stock(document.language, document.settings.not_understood)
    added = [flow for flow in stock.flows if flow.id not in own]
    if not added:
        return document
    prefixes = tuple(f"flows.{flow.id}." for flow in added)
    languages: dict[str, dict[str, str]] = {}
    for language, texts in document.languages.items():
        apology = texts.get("settings.not_understood")
        languages[language] = (
            _only(stock.languages.get(language, {}), prefixes)
            | ({_APOLOGY: apology} if apology else {})
            | texts
        )
    return document.model_copy(update={"flows": (*document.flows, *added), "languages": languages})


def _only(texts: dict[str, str], prefixes: tuple[str, ...]) -> dict[str, str]:
    return {path: text for path, text in texts.items() if path.startswith(prefixes)}


@cache
def _stock(language: str, apology: str | None) -> Document:
    """The shipped flows with ``language`` as their own, as far as they are translated to it."""
    plain = json.loads(_FILE.read_bytes())
    if language in plain["languages"]:
        _swap(plain, language)
    if apology:
        put_text(plain, _APOLOGY, str(apology))
    return parse(plain)


def _swap(plain: dict[str, Any], language: str) -> None:
    """Make ``language`` the one the flows are written in, and the present one a translation."""
    wanted: dict[str, str] = plain["languages"].pop(language)
    plain["languages"][plain["language"]] = {path: text_at(plain, path) for path in wanted}
    plain["language"] = language
    for path, text in wanted.items():
        put_text(plain, path, text)
