"""Paths inside a document, and those by which ``languages`` addresses its texts.

``flows.main.nodes.need.config.options.demo.label``: list items by their ``id``, else by index.
"""

from __future__ import annotations

import re
from typing import Any, cast

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def step_into(path: str, key: str | int) -> str:
    """The path of ``key`` inside ``path``."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.match(key):
        return f'{path}["{key[:120]}"]'
    return f"{path}.{key}" if path else key


def text_at(plain: Any, path: str) -> Any:
    """What stands at ``path``, or None."""
    while path:
        found = _step(plain, path)
        if found is None:
            return None
        key, path = found
        plain = plain[key]
    return plain


def shown(plain: Any, path: str) -> str:
    """The path as errors write it: ``options[0].label`` for ``options.demo.label``."""
    written = ""
    while path:
        found = _step(plain, path)
        if found is None:
            return f"{written}.{path}" if written else path
        key, path = found
        written = step_into(written, key)
        plain = plain[key]
    return written


def put_text(plain: Any, path: str, text: str) -> None:
    """Replace the text at ``path``. Raises ``KeyError`` where there is none."""
    found = _step(plain, path)
    if found is None:
        raise KeyError(path)
    key, rest = found
    if rest:
        put_text(plain[key], rest, text)
    else:
        plain[key] = text


def _step(holder: Any, path: str) -> tuple[str | int, str] | None:
    """The key that ``path`` begins with, and the rest. Keys and ids may hold dots themselves."""
    keys: dict[str, str | int]
    if isinstance(holder, dict):
        keys = {key: key for key in cast("dict[str, Any]", holder)}
    elif isinstance(holder, list):
        items = cast("list[Any]", holder)
        keys = {_address(item, index): index for index, item in enumerate(items)}
    else:
        return None
    head, _, rest = path.partition(".")
    if head in keys:
        return keys[head], rest
    for name, key in keys.items():
        if "." in name and (path == name or path.startswith(f"{name}.")):
            return key, path[len(name) + 1 :]
    return None


def _address(item: Any, index: int) -> str:
    found = cast("dict[str, Any]", item).get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else str(index)
