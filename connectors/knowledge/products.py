"""Products as JSON: a list or an object of objects, with their variants, as a sheet of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectors.knowledge import CannotRead
from connectors.knowledge.sheets import COLUMNS, ROWS, Cell, Sheet
from connectors.knowledge.text import clean, shown

_DEEPEST = 12  # objects in each other

Row = dict[str, Any]


def sheet(name: str, text: str) -> Sheet:
    """A row for each product or, where it has variants, for each of these. Raises `CannotRead`.

    The first column is the name, told apart by what a variant's options are.
    """
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise CannotRead(
            f"{shown(name)} is no JSON that can be read: {str(error)[:100] or 'it is too deep'}. "
            "Export it again."
        ) from error
    products = _products(found)
    if not products:
        raise CannotRead(
            f"{shown(name)} lists no products: it needs a list with an object for each of them."
        )
    rows = [row for product in products for row in _rows(product)]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cut = len(rows) > ROWS or len(columns) > COLUMNS
    kept = columns[:COLUMNS]
    cells = [tuple(_cell(row.get(column)) for column in kept) for row in rows[:ROWS]]
    return Sheet(shown(name), (tuple(kept), *cells), cut)


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _objects(value: Any) -> list[Row]:
    """A list of objects; or an object of nothing but objects, by ids that these may not repeat."""
    if isinstance(value, dict):
        named = [(key, each) for key, each in value.items() if isinstance(each, dict)]
        whole = [each if key in each.values() else {"id": key, **each} for key, each in named]
        return whole if len(whole) == len(value) else []
    objects = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return objects if objects and len(objects) == len(value) else []


def _products(found: Any, depth: int = 0) -> list[Row]:
    """Those, wherever an envelope hides them, as in {"data": {"products": […]}}."""
    if isinstance(found, dict) and depth < 4:
        if _called(found):
            return [found]
        lists = [each for each in found.values() if isinstance(each, list) and _objects(each)]
        inside = [each for each in found.values() if isinstance(each, (dict, list))]
        holders = lists if len(lists) == 1 else inside
        if len(holders) == 1 and (inner := _products(holders[0], depth + 1)):
            return inner
    return _objects(found)


def _called(thing: Row) -> str | None:
    """The field that holds its name."""
    return next((key for key in ("name", "title") if isinstance(thing.get(key), str)), None)


def _rows(product: Row) -> Iterator[Row]:
    key, variants = _variants(product)
    if not variants:
        yield _flat(product)
        return
    shared = _flat({name: value for name, value in product.items() if name != key})
    for variant in variants:
        row = {**shared, **_flat(variant)}
        if called := _called(shared):
            told = ", ".join(_told(variant, shared))
            row[called] = f"{shared[called]} ({told})" if told else shared[called]
        yield row


def _variants(product: Row) -> tuple[str | None, list[Row]]:
    """Objects that have prices, by the name they stand under."""
    for key, value in product.items():
        objects = _objects(value)
        if objects and any("price" in word.lower() for each in objects for word in each):
            return key, objects
    return None, []


def _told(variant: Row, shared: Row) -> Iterator[str]:
    """A variant's own name, else its options, which are objects in it, else its words."""
    if own := _called(variant):
        yield variant[own]
        return
    options = [value for value in variant.values() if isinstance(value, dict)]
    inner = [word for each in options for word in _flat(each).values()]
    words = [value for key, value in variant.items() if isinstance(value, str) and "id" not in key]
    for word in inner or words:
        if not isinstance(word, bool) and word not in shared.values():
            yield str(_cell(word))


def _flat(thing: Row, depth: int = 0) -> Row:
    """Objects in it as columns of their own; lists as words."""
    found: Row = {}
    for key, value in thing.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            for inner, words in _flat(value, depth + 1).items():
                found[inner if inner not in thing and inner not in found else f"{key} {inner}"] = (
                    words
                )
        else:
            found[key] = value
    return found


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return value
        case str():
            return " ".join(clean(value).split())
        case list():
            return ", ".join(
                str(_cell(each)) for each in value if not isinstance(each, (dict, list))
            )
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)[:1000]
