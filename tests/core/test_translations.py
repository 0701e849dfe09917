from __future__ import annotations

import pytest
from pydantic import ValidationError

import nodes  # noqa: F401  registers the node types
from runtime.core.contract import Node
from runtime.core.translations import texts_of

CHOICE = {
    "text": "What do you need?",
    "variable": "need",
    "options": [
        {"id": "demo", "label": "A demo", "synonyms": ["show me"]},
        {"id": "price", "label": "Prices", "value": "price"},
    ],
    "retry_texts": ["Please choose", "One of these, please"],
}


def test_what_can_be_translated():
    choice = Node.registry["ask.choice"].model_validate(CHOICE)
    assert texts_of(choice) == {
        "text": "What do you need?",
        "retry_texts.0": "Please choose",
        "retry_texts.1": "One of these, please",
        "options.demo.label": "A demo",
        "options.demo.synonyms.0": "show me",
        "options.price.label": "Prices",
    }
    message = Node.registry["message"].model_validate(
        {"text": "Hi", "variants": [{"text": "Hello"}, {"text": "Good day"}]}
    )
    assert texts_of(message) == {
        "text": "Hi",
        "variants.0.text": "Hello",
        "variants.1.text": "Good day",
    }
    assert texts_of(Node.registry["set"].model_validate(
        {"assign": [{"variable": "a", "value": "{{ b }}"}]})) == {}  # fmt: skip


def test_a_translated_node_is_a_checked_copy():
    choice = Node.registry["ask.choice"].model_validate(CHOICE)
    texts = {
        "text": "Hva trenger du?",
        "options.demo.label": "En demo",
        "retry_texts.1": "En av dem",
    }
    translated = choice.with_texts(texts)
    assert translated.text == "Hva trenger du?"
    assert [option.label for option in translated.options] == ["En demo", "Prices"]
    assert translated.retry_texts == ("Please choose", "En av dem")
    assert choice.text == "What do you need?"
    assert Node.registry["message"](text="Hi").with_texts({}) == Node.registry["message"](text="Hi")


@pytest.mark.parametrize("path", ["nothing", "variable", "options.other.label", "options.demo.id",
                                  "retry_texts.7", "options.demo", ""])  # fmt: skip
def test_a_path_without_a_text_is_an_error(path):
    choice = Node.registry["ask.choice"].model_validate(CHOICE)
    with pytest.raises(ValueError, match="there is no text"):
        choice.with_texts({path: "x"})


def test_a_translation_is_checked_like_the_original():
    with pytest.raises(ValidationError):
        Node.registry["message"](text="Hi").with_texts({"text": "Hei {{ navn"})
