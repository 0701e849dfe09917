"""Whether each translation stands for a text that exists, and can take its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import ValidationError

from runtime.core.contract import Node
from runtime.core.document.mistakes import DocumentProblem, sentence, suggest
from runtime.core.document.outline import FlowOutline
from runtime.core.expressions import ExpressionError, Template
from runtime.core.texts import step_into, text_at
from runtime.core.translations import texts_of

_IN_A_NODE = re.compile(r"flows\.((?:system\.)?[^.]+)\.nodes\.([^.]+)\.config\.(.+)", re.DOTALL)
_ELSEWHERE = re.compile(r"settings\.|flows\.(?:system\.)?[^.]+\.triggers\.")

_MEND = "Mend the translation; the original is sound."

Place = tuple[str, str]  # flow id, node id


def check(plain: dict[str, Any], flows: list[FlowOutline]) -> Iterator[DocumentProblem]:
    nodes = {(flow.id, placed.id): placed.node for flow in flows for placed in flow.nodes}
    for language, texts in _items(plain.get("languages")):
        path = step_into("languages", language)
        if language == plain.get("language", "en"):
            message = "These are the bot's own texts; a translation of them changes nothing."
            yield DocumentProblem(path, message, "Remove it, or change the bot's language.")
        yield from _language(plain, nodes, path, texts)


def _language(
    plain: dict[str, Any], nodes: Mapping[Place, Node | None], path: str, texts: Any
) -> Iterator[DocumentProblem]:
    by_node: dict[Place, dict[str, str]] = {}
    for key, text in _items(texts):
        inside = _IN_A_NODE.fullmatch(key)
        if inside and (inside[1], inside[2]) in nodes:
            if isinstance(text, str):
                by_node.setdefault((inside[1], inside[2]), {})[inside[3]] = text
        elif key == "settings.not_understood" and isinstance(text, str):
            yield from _template(text, step_into(path, key))
        elif not (_ELSEWHERE.match(key) and isinstance(text_at(plain, key), str)):
            message = "This translation belongs to no text of the bot."
            hint = "Paths look like flows.main.nodes.hello.config.text."
            yield DocumentProblem(step_into(path, key), message, hint)
    for place, own in by_node.items():
        if node := nodes[place]:
            yield from _node(node, own, f"{path}[", f"flows.{place[0]}.nodes.{place[1]}.config.")


def _template(text: str, path: str) -> Iterator[DocumentProblem]:
    try:
        Template(text)
    except ExpressionError as error:
        yield DocumentProblem(path, sentence(str(error)), _MEND)


def _node(node: Node, texts: dict[str, str], path: str, prefix: str) -> Iterator[DocumentProblem]:
    known = texts_of(node)
    for field in texts.keys() - known.keys():
        message = f'The step has no text "{field[:60]}".'
        yield DocumentProblem(f'{path}"{prefix}{field[:120]}"]', message, suggest(field, known))
    sound = {field: text for field, text in texts.items() if field in known}
    if not sound or _fits(node, sound) is None:
        return
    for field, text in sound.items():
        if fault := _fits(node, {field: text}):
            yield DocumentProblem(f'{path}"{prefix}{field}"]', sentence(fault), _MEND)


def _fits(node: Node, texts: dict[str, str]) -> str | None:
    """Why the node cannot speak these texts; None: it can."""
    try:
        node.with_texts(texts)
    except ValidationError as error:
        return error.errors()[0]["msg"]
    return None


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from cast("dict[str, Any]", value).items()
