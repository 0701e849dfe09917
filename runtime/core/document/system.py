"""The repair flows every bot has: ordinary flows, overridden by a flow of the same id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from runtime.core.document import Document, DocumentError, parse
from runtime.core.texts import put_text, text_at

PREFIX = "system."
LANGUAGE = f"{PREFIX}language"  # changes the language spoken
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
    languages = {
        language: _only(_translation(stock, language, texts), prefixes) | texts
        for language, texts in document.languages.items()
    }
    return document.model_copy(update={"flows": (*document.flows, *added), "languages": languages})


def standard_flows(plain: Mapping[str, Any]) -> Document:
    """All system flows as they are for this document, which may be unfinished or unsound.

    Written in its language, with its own apology, translated to its other languages.
    """
    language, settings = plain.get("language"), _object(plain.get("settings"))
    own = language if isinstance(language, str) else "en"
    apology = settings.get("not_understood")
    try:
        stock = _stock(own, apology if isinstance(apology, str) else None)
    except DocumentError:  # the apology is no template yet
        stock = _stock(own, None)
    languages = {
        language: _translation(stock, language, _object(texts))
        for language, texts in _object(plain.get("languages")).items()
    }
    return stock.model_copy(update={"languages": languages})


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _translation(stock: Document, language: str, texts: Mapping[str, Any]) -> dict[str, str]:
    """The stock's texts in ``language``, with the bot's own apology out of ``texts``."""
    apology = texts.get("settings.not_understood")
    said = stock.languages.get(language, {})
    return said | ({_APOLOGY: apology} if isinstance(apology, str) and apology else {})


def _only(texts: dict[str, str], prefixes: tuple[str, ...]) -> dict[str, str]:
    return {path: text for path, text in texts.items() if path.startswith(prefixes)}


@lru_cache(maxsize=256)  # apologies are written letter by letter
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
