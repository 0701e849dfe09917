"""Which texts of a node can be translated, told by the selectors of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel

from runtime.core.fields import Selector
from runtime.core.texts import put_text

M = TypeVar("M", bound=BaseModel)


def texts_of(model: BaseModel) -> dict[str, str]:
    """The translatable texts by their paths: ``text``, ``options.demo.label``, ``words.0``."""
    return dict(_fields(model, ""))


def translated(model: M, texts: Mapping[str, str]) -> M:
    """A validated copy with other texts. Raises ``ValueError`` for a path that has none."""
    if unknown := sorted(texts.keys() - texts_of(model).keys()):
        raise ValueError(f"there is no text at {', '.join(unknown)}: see what can be translated")
    if not texts:
        return model
    config = model.model_dump(mode="json")
    for path, text in texts.items():
        put_text(config, path, text)
    return type(model).model_validate(config)


def _fields(model: BaseModel, prefix: str) -> Iterator[tuple[str, str]]:
    spoken = _spoken(type(model))
    for name in type(model).model_fields:
        yield from _values(getattr(model, name), prefix + name, name in spoken)


def _values(value: Any, path: str, spoken: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        yield from _fields(value, f"{path}.")
    elif isinstance(value, tuple):
        for index, item in enumerate(cast("tuple[Any, ...]", value)):
            yield from _values(item, f"{path}.{getattr(item, 'id', index)}", spoken)
    elif spoken and isinstance(value, str):
        yield path, str(value)


@cache
def _spoken(kind: type[BaseModel]) -> frozenset[str]:
    """The fields that hold words a visitor reads or says."""
    return frozenset(
        name
        for name, field in kind.model_fields.items()
        if any(s.translatable for s in _selectors((*field.metadata, field.annotation)))
    )


def _selectors(parts: tuple[Any, ...]) -> Iterator[Selector]:
    for part in parts:
        if isinstance(part, Selector):
            yield part
        else:
            yield from _selectors((*get_args(part), *getattr(part, "__metadata__", ())))
