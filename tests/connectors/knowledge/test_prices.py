"""Price lists: every row typed, every price exact."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.knowledge import CannotRead, prices
from connectors.knowledge.amounts import Amount, amount, decimal_mark
from tests.connectors.knowledge.files import workbook


def read(text: str, name: str = "list.csv", **columns) -> prices.PriceList:
    return prices.read(name, text.encode(), columns=columns)


def priced(found: prices.PriceList) -> list[tuple]:
    return [(row.name, str(row.price), row.currency) for row in found.rows]


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("1 299,50 kr", "1299.50", "kr"),
        ("$1,299.50", "1299.50", "USD"),
        ("1.299,50 €", "1299.50", "EUR"),
        ("1 299,50", "1299.50", None),
        ("1\xa0299,50\xa0kr.", "1299.50", "kr"),
        ("1299,-", "1299", None),
        ("kr 1 299:-", "1299", "kr"),
        ("NOK 12.345.678,90", "12345678.90", "NOK"),
        ("1'299.50 CHF", "1299.50", "CHF"),
        ("12,50 kr/kg", "12.50", "kr"),
        ("99 kr per stk", "99", "kr"),
        ("от 1 250 руб.", "1250", "RUB"),
        ("250 грн/шт", "250", "UAH"),
        ("£0.99", "0.99", "GBP"),
        ("99 kr (inkl. mva)", "99", "kr"),
        ("-5.00 USD", "-5.00", "USD"),
        ("0,500", "0.500", None),
        ("gratis", "0", None),
    ],
)
def test_a_price_is_exact(text, number, currency):
    found = amount(text)
    assert found is not None
    assert (str(found.number), found.currency) == (number, currency)


@pytest.mark.parametrize(
    "text",
    ["100–200 kr", "100-200", "on request", "10%", "2026-05-17", "1.5.2024", "1,2,3", "A12", "",
     "от 100 до 200 руб", "12 34", "1" * 200],
)  # fmt: skip
def test_what_is_no_price_or_several_is_none(text):
    assert amount(text) is None


def test_a_column_shows_what_a_single_price_does_not():
    assert decimal_mark(["1.299", "12.5"]) == "."
    assert decimal_mark(["1.299", "12,50"]) == ","
    assert decimal_mark(["1.299", "1.500"]) is None
    assert amount("1.299", ".") == Amount(Decimal("1.299"))
    assert amount("1.299", ",") == Amount(Decimal(1299))


@settings(max_examples=200, deadline=None)
@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from([(",", "."), (" ", ","), (".", ","), ("\u202f", ","), ("'", "."), ("", ",")]),
    st.sampled_from([("", " kr"), ("$", ""), ("", ""), ("NOK ", ""), ("", " грн")]),
)
def test_however_a_price_is_written_it_is_that_number(number, marks, around):
    written = f"{number:,.2f}".replace(",", "\0").replace(".", marks[1]).replace("\0", marks[0])
    found = amount(around[0] + written + around[1])
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "header",
    [
        "Product;Price;Currency;Unit",
        "Produkt;Pris;Valuta;Enhet",
        "Artikel;Pris;Valuta;Enhet",
        "Товар;Цена;Валюта;Ед. изм.",
        "Назва;Ціна;Валюта;Од. виміру",
    ],
)
def test_columns_are_found_by_their_words(header):
    found = read(f"{header}\nTea;1 299,50;NOK;kg\nCoffee;12;SEK;pcs\n")
    assert [(r.name, r.price, r.currency, r.unit) for r in found.rows] == [
        ("Tea", Decimal("1299.50"), "NOK", "kg"),
        ("Coffee", Decimal(12), "SEK", "pcs"),
    ]
    names = header.split(";")
    assert found.columns == {
        role: (name,)
        for role, name in zip(("name", "price", "currency", "unit"), names, strict=True)
    }
    assert found.notes == ()
    assert found.rows[0].fields == dict(zip(names, ("Tea", "1 299,50", "NOK", "kg"), strict=True))


def test_columns_are_found_by_their_values():
    found = read(
        "Code,What,Kilos,Now\n1001,Bike,12,$1,\n1002,Boat,300,$2,\n".replace("$1", '"$1,200.50"')
    )
    assert priced(found) == [("Bike", "1200.50", "USD"), ("Boat", "2", "USD")]


def test_a_currency_in_the_heading_is_that_of_the_column():
    found = read("Service\tPrice (NOK)\nHaircut\t499\nBeard\t1.250\n")
    assert priced(found) == [("Haircut", "499", "NOK"), ("Beard", "1250", "NOK")]


def test_rows_without_a_price_are_kept_and_told():
    found = read("Navn;Pris\nTe;20 kr\nKaffe;etter avtale\nVann;\n")
    assert [(row.name, row.price) for row in found.rows] == [
        ("Te", Decimal(20)), ("Kaffe", None), ("Vann", None),
    ]  # fmt: skip
    assert found.rows[1].fields == {"Navn": "Kaffe", "Pris": "etter avtale"}
    assert found.notes == (
        "2 of 3 rows have no price: “Kaffe”, “Vann”.",
        "Prices are in kr: say in the settings whether these are NOK, SEK or DKK.",
    )


def test_several_prices_are_a_row_each():
    content = workbook(
        Pizza=[
            ["Menu of spring"],
            ["Pizza", "Price", None, "Note"],
            [None, "small", "large", None],
            ["Margherita", 95.5, 120, "vegetarian"],
            ["Diavola", None, 140, None],
        ]
    )
    found = prices.read("menu.xlsx", content, columns={"currency": "NOK"})
    assert priced(found) == [
        ("Margherita (small)", "95.5", "NOK"),
        ("Margherita (large)", "120", "NOK"),
        ("Diavola (large)", "140", "NOK"),
    ]
    assert found.rows[0].fields == {
        "Pizza": "Margherita", "Price small": "95.5", "Note": "vegetarian",
    }  # fmt: skip


def test_columns_can_be_given():
    text = "A,B,C\n1,Bike,10\n2,Boat,20\n"
    found = read(text, name="b", price="C", currency="eur")
    assert priced(found) == [("Bike", "10", "EUR"), ("Boat", "20", "EUR")]
    assert priced(read(text, name="B", price=["A", "C"])) == [
        ("Bike (A)", "1", None), ("Bike (C)", "10", None),
        ("Boat (A)", "2", None), ("Boat (C)", "20", None),
    ]  # fmt: skip
    with pytest.raises(CannotRead, match=r"^list\.csv has no column “D”.* “A”, “B”, “C”\.$"):
        read(text, price="D")


def test_a_list_without_prices_asks_for_them():
    found = read("Name,Colour\nBike,red\nBoat,blue\n")
    assert [row.name for row in found.rows] == ["Bike", "Boat"]
    assert found.notes == (
        "No column of prices was found: say in the settings which column is the price.",
    )


@pytest.mark.parametrize(
    "content", [b"", b"Name,Price\n", b"{", b"[1, 2]", b"[]", b'{"a": NaN}', b"[" * 9999]
)
def test_what_lists_nothing_is_said(content):
    with pytest.raises(CannotRead, match=r"^list\.json .*\.$"):
        prices.read(
            "list.json", content, "application/json" if content[:1] in (b"{", b"[") else None
        )


def shop() -> dict:
    """Products by id, each with variants by id, as a shop's program exports them."""
    return {
        "77": {
            "name": "Shirt",
            "product_id": "77",
            "variants": {
                "501": {
                    "item_id": "501",
                    "options": {"color": "blue", "size": "M"},
                    "available": True,
                    "price": 50.88,
                },
                "502": {
                    "item_id": "502",
                    "options": {"color": "red", "size": "XL"},
                    "available": False,
                    "price": 0.1,
                },
            },
        },
        "78": {
            "name": "Lamp",
            "product_id": "78",
            "variants": {
                "601": {"item_id": "601", "options": {}, "available": True, "price": 1299}
            },
        },
    }


def test_variants_are_a_row_each():
    found = prices.read("shop.json", json.dumps(shop()).encode())
    assert priced(found) == [
        ("Shirt (blue, M)", "50.88", None),
        ("Shirt (red, XL)", "0.1", None),
        ("Lamp", "1299", None),
    ]
    assert found.rows[1].fields == {
        "name": "Shirt (red, XL)", "product_id": "77", "item_id": "502", "color": "red",
        "size": "XL", "available": "no", "price": "0.1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "Tea", "price": 1.10, "currency": "EUR"}]',
        '{"data": {"products": [{"name": "Tea", "price": 1.10, "currency": "EUR"}]}, "page": 1}',
        '{"name": "Tea", "variants": [{"price": 1.10}], "currency": "EUR"}',
        '{"x1": {"name": "Tea", "price": "1,10 €"}}',
    ],
)
def test_products_are_found_in_their_envelope(text):
    (row,) = prices.read("p.json", text.encode()).rows
    assert (row.name, row.price, row.currency) == ("Tea", Decimal("1.10"), "EUR")


def test_a_number_beyond_any_price_is_none():
    (row,) = prices.read("p.json", b'[{"name": "Tea", "price": 1e999999}]').rows
    assert row.price is None
    assert len(row.fields["price"]) < 20


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_whatever_the_bytes_are_they_are_listed_or_refused(content):
    for name in ("a.csv", "a.json"):
        try:
            prices.read(name, content)
        except CannotRead as refusal:
            assert str(refusal)  # noqa: PT017  # both ends are right
