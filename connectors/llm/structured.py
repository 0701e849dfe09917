"""Answers as JSON of a schema: asked for, read out of text, checked, and asked for again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from connectors.llm import Request, Said

_MOST_TOLD = 5  # mistakes, when the model is asked again


class NotAsAsked(Exception):
    """The answer is no JSON, or none of the schema; the message tells the model what is wrong."""

    def __init__(self, text: str, mistake: str) -> None:
        super().__init__(mistake)
        self.text = text


def strict(schema: dict[str, Any]) -> bool:
    """Whether a provider may promise it: every object closed, and all its properties required."""
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties")
    is_object = schema.get("type") == "object" or properties is not None
    if is_object and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(properties or ())
    ):
        return False
    parts = [*(properties or {}).values(), *schema.get("$defs", {}).values()]
    parts += [schema[name] for name in ("items",) if isinstance(schema.get(name), dict)]
    parts += [part for name in ("anyOf", "oneOf", "allOf") for part in schema.get(name, ())]
    return all(strict(part) for part in parts)


def in_words(request: Request) -> Request:
    """The same request, with its schema told to the model as text; for those who don't know it."""
    if request.schema is None:
        return request
    told = (
        "Answer with one JSON value and nothing else: no explanation, no code fence. It must fit"
        f" this JSON Schema:\n{json.dumps(request.schema, ensure_ascii=False)}"
    )
    said = list(request.said)
    if said and said[0].role == "system":
        said[0] = Said("system", f"{said[0].text}\n\n{told}")
    else:
        said.insert(0, Said("system", told))
    return msgspec.structs.replace(request, said=tuple(said))


def again(request: Request, wrong: NotAsAsked) -> Request:
    """The request once more, after an answer that did not fit."""
    more = (
        Said("assistant", wrong.text),
        Said("user", f"That does not fit: {wrong}\nAnswer again, with the JSON value only."),
    )
    return msgspec.structs.replace(request, said=(*request.said, *more), tools=())


def checked(text: str, schema: dict[str, Any]) -> Any:
    """The JSON in the text. Raises `NotAsAsked`."""
    value = _found(text)
    errors = sorted(_validator(json.dumps(schema)).iter_errors(value), key=lambda e: list(e.path))
    if errors:
        raise NotAsAsked(text, _told(errors[:_MOST_TOLD]))
    return value


def _found(text: str) -> Any:
    """The whole text, or the first object or list that stands in it."""
    stripped = text.strip()
    try:
        return json.loads(stripped)
    except ValueError:
        pass
    decoder = json.JSONDecoder()
    for place, character in enumerate(stripped):
        if character in "{[":
            try:
                return decoder.raw_decode(stripped, place)[0]
            except ValueError:
                continue
    raise NotAsAsked(text, "it is not JSON.")


def _told(errors: Sequence[Any]) -> str:
    lines = [f"{error.json_path}: {error.message[:300]}" for error in errors]
    return "; ".join(lines) + "."


@lru_cache(maxsize=64)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # slow, and seldom the first need

    return Draft202012Validator(json.loads(schema))
