from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from runtime.core.document import schema, system
from tests.documents.documents import node, shop

TEMPLATES = sorted(Path("templates/flows").glob("*.json"))
SYSTEM = Path(system.__file__).with_name("system.json")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


@pytest.mark.parametrize("path", [*TEMPLATES, SYSTEM], ids=lambda path: path.stem)
def test_what_is_shipped_fits_the_schema(path: Path, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(json.loads(path.read_text()))] == []


def test_a_configuration_is_held_against_its_type(validator: Draft202012Validator) -> None:
    data = shop()
    data["flows"][0]["nodes"][0] = node("hello", "message", txt="Hi")
    messages = " ".join(error.message for error in validator.iter_errors(data))
    assert "'txt' was unexpected" in messages
    assert "'text' is a required property" in messages


@pytest.mark.parametrize(
    "placed", [{"id": "hello", "type": "message"}, {"id": "hello", "type": "mesage"}]
)
def test_a_node_without_its_fields_or_type_does_not_fit(
    placed: dict[str, str], validator: Draft202012Validator
) -> None:
    data = shop()
    data["flows"][0]["nodes"][0] = placed
    assert not validator.is_valid(data)
