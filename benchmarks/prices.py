"""591 rows of a price list: does each come first when asked for by its own name and words."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from benchmarks.library import Library, data
from benchmarks.report import Verdict
from benchmarks.subjects import services
from storage.database import Database, migrate
from storage.knowledge.index import Price
from storage.knowledge.search import find


def run(*, quick: bool) -> list[Verdict]:
    rows = read()
    with services() as (postgres, _):
        migrate(postgres.owner_url)
        database = Database(postgres.app_url)
        missed = measure(database, rows, every=10 if quick else 1)
        database.close()
    return [
        Verdict(f"each of {len(rows)} rows first: {way}", f"{len(lost)} missed"
                + (f", such as {lost[0]!r}" if lost else ""), not lost)
        for way, lost in missed.items()
    ]  # fmt: skip


def read() -> list[Price]:
    file = data("pricelist/retail_products.json", "products with their variants and prices")
    products: dict[str, Any] = json.loads(file.read_bytes())
    return [
        Price(product["name"], variant["options"], Decimal(str(variant["price"])), "USD")
        for product in products.values()
        for variant in product["variants"].values()
    ]


def ways(row: Price) -> dict[str, str]:
    """How somebody may ask for exactly this row."""
    values = " ".join(map(str, row.fields.values()))
    named = " ".join(f"{name} {value}" for name, value in row.fields.items())
    return {
        "name and values": f"{row.name} {values}",
        "values before the name": f"{values} {row.name}",
        "with the fields' names": f"{row.name} {named}",
        "in a sentence": f"How much is the {row.name.lower()} with {named}, please?",
    }


def measure(database: Database, rows: list[Price], every: int = 1) -> dict[str, list[str]]:
    """By way of asking: the questions whose row did not come first."""
    library = Library(database, "ngrams")
    library.add("Price list", [], rows)
    missed: dict[str, list[str]] = {}
    with database.workspace(library.workspace) as session:
        for row in rows[::every]:
            for way, question in ways(row).items():
                lost = missed.setdefault(way, [])
                found = find(session, question, embed=lambda _name, _text: None, top_k=3)
                best = found[0] if found else None
                if not best or (best.heading, best.fields) != (row.name, dict(row.fields)):
                    lost.append(question)
    return missed
