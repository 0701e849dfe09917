"""What every node type owes the builder, over the whole registry."""

from __future__ import annotations

import json
import pkgutil
import re
from importlib import import_module

import pytest

import nodes
from runtime.core.contract import Node
from runtime.core.translations import texts_of

OURS = sorted(
    type_ for type_, node in Node.registry.items() if node.__module__.startswith("nodes.")
)
every_type = pytest.mark.parametrize("node_type", OURS)


def example(node_type):
    """A full configuration, from the node's own test module."""
    return import_module(f"tests.nodes.test_{node_type.replace('.', '_')}").EXAMPLE


def built(node_type):
    return Node.registry[node_type].model_validate(example(node_type))


def test_each_module_defines_one_node():
    modules = [module.name for module in pkgutil.iter_modules(nodes.__path__)]
    assert sorted(type_.replace(".", "_") for type_ in OURS) == sorted(modules)


@every_type
def test_it_introduces_itself(node_type):
    node = Node.registry[node_type]
    assert node.__doc__
    assert node.__doc__ != Node.__doc__
    assert 20 <= len(" ".join(node.__doc__.split())) <= 160
    assert re.fullmatch(r"[A-Z].{1,24}", node.label)
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", node.icon)
    assert node.group in ("talk", "ask", "logic", "ai", "do", "people")
    assert node.summary is None or node.summary in node.model_fields


@every_type
def test_its_example_is_sound(node_type):
    node = Node.registry[node_type]
    assert "example" in node.__dict__
    node.model_validate(node.example)


@every_type
def test_its_form_can_be_drawn(node_type):
    schema = Node.registry[node_type].model_json_schema()
    json.dumps(schema)
    assert schema["additionalProperties"] is False
    for shape in (schema, *schema.get("$defs", {}).values()):
        if shape.get("title") in ("All", "Either", "Formula", "Rule"):
            continue  # the builder knows the grammar of conditions
        for name, field in shape.get("properties", {}).items():
            assert widget(field), f"{node_type}: the panel cannot draw {name}"


def widget(field):
    """Either a selector, or a plain type that the panel draws by itself."""
    options = [field, *field.get("anyOf", [])]
    selectors = [option["x-selector"]["kind"] for option in options if "x-selector" in option]
    plain = [o.get("type") for o in options if o.get("type") in ("number", "integer", "boolean")]
    return selectors or plain


@every_type
def test_its_configuration_goes_through_json_and_back(node_type):
    node = built(node_type)
    again = type(node).model_validate(json.loads(node.model_dump_json()))
    assert again == node
    assert type(node).model_validate(node.model_dump(mode="json", exclude_unset=True)) == node


@every_type
def test_its_ports_are_told_apart(node_type):
    ports = built(node_type).ports()
    assert len({port.id for port in ports}) == len(ports)
    assert all(type(port.label) is str and port.label for port in ports)


@every_type
def test_its_texts_can_be_translated(node_type):
    node = built(node_type)
    texts = texts_of(node)
    translated = node.with_texts({path: f"{text} (nb)" for path, text in texts.items()})
    assert texts_of(translated) == {path: f"{text} (nb)" for path, text in texts.items()}
    assert [port.id for port in translated.ports()] == [port.id for port in node.ports()]


@every_type
def test_unknown_fields_are_refused(node_type):
    with pytest.raises(ValueError, match="Extra inputs"):
        Node.registry[node_type].model_validate({**example(node_type), "surprise": 1})


@every_type
def test_it_cannot_be_changed(node_type):
    with pytest.raises(ValueError, match="frozen"):
        built(node_type).text = "x"
