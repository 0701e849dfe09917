from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from runtime.core import fields


class Form(BaseModel):
    text: fields.Text = fields.expressions.Template("x")
    line: fields.Line | None = None
    formula: fields.Expression | None = None
    words: fields.Words = ()
    anything: fields.Anything = None
    variable: fields.Variable = "a"
    source: fields.Source = "a"
    condition: fields.Condition | None = None
    duration: fields.Duration | None = None
    options: fields.Choices = ()
    flow: fields.FlowRef = "main"
    node: fields.NodeRef = "hello"
    name: fields.Name = "cart"
    more: Annotated[fields.Words, fields.Ui(more=True)] = ()


FULL = {
    "text": "Hi **{{ name }}**",
    "line": "{{ name }}",
    "formula": "a > 1",
    "words": ["one", "two"],
    "anything": {"a": "{{ name }}", "b": [1, None]},
    "variable": "order_2",
    "source": "order.lines.0",
    "condition": {"all": [{"variable": "a", "op": "is_set"}]},
    "duration": "P1DT2H",
    "options": [{"id": "a", "label": "A", "value": 5, "synonyms": ["x"], "image": "/a.png"}],
    "flow": "system.cancel",
    "node": "node-1",
    "name": "cart abandoned",
    "more": [],
}


def test_all_of_them_go_through_json_and_back():
    form = Form.model_validate(FULL)
    assert Form.model_validate_json(form.model_dump_json()) == form
    dumped = form.model_dump(mode="json", exclude_none=True)
    assert dumped["anything"] == {"a": "{{ name }}", "b": [1, None]}
    assert {key: dumped[key] for key in FULL if key != "condition"} == {
        key: value for key, value in FULL.items() if key != "condition"
    }


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", "", "write something here"),
        ("text", "  \n", "write something here"),
        ("text", "{{ a", "a '{{' is never closed by '}}'"),
        ("text", "{% x %}", "take out the '{%'"),
        ("formula", "1 +", "cannot be read"),
        ("words", [""], "at least 1 character"),
        ("anything", {"a": ["{{ 1 + }}"]}, "cannot be read"),
        ("variable", "two words", "one word of letters"),
        ("variable", "1st", "begins with a letter"),
        ("variable", "_x", "begins with a letter"),
        ("variable", "a.b", "one word"),
        ("variable", "contact", "cannot be changed"),
        ("variable", "not", "means something in expressions"),
        ("source", "a..b", "a part of one such as order.items"),
        ("condition", {"all": {}}, "a valid tuple"),
        ("duration", "10", "such as PT10M"),
        ("duration", 10, "such as PT10M"),
        ("duration", "P", "such as PT10M"),
        ("duration", "PT", "such as PT10M"),
        ("duration", "P1DT", "such as PT10M"),
        ("duration", "-P1D", "such as PT10M"),
        ("duration", "P1M", "months and years differ in length"),
        ("duration", "P1Y2D", "months and years differ in length"),
        ("duration", "PT0S", "a tenth of a second to ten years"),
        ("duration", "P9999W", "a tenth of a second to ten years"),
        ("options", [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}], "'a' is used twice"),
        ("options", [{"id": "a b", "label": "A"}], "pattern"),
        ("options", [{"id": "a", "label": " "}], "write something here"),
        ("options", [{"id": "a", "label": "A", "colour": "red"}], "Extra inputs"),
        ("flow", "a b", "pattern"),
        ("name", "", "write something here"),
    ],
)
def test_what_is_wrong_is_said(field, value, message):
    with pytest.raises(ValidationError) as caught:
        Form.model_validate({field: value})
    assert message in caught.value.errors()[0]["msg"]
    assert caught.value.errors()[0]["loc"][0] == field
    assert not caught.value.errors()[0]["msg"].startswith("Value error")


@pytest.mark.parametrize(
    ("written", "meant", "again"),
    [
        ("PT10M", timedelta(minutes=10), "PT10M"),
        ("P1D", timedelta(days=1), "P1D"),
        ("P2W", timedelta(weeks=2), "P14D"),
        ("PT90M", timedelta(minutes=90), "PT1H30M"),
        ("P1DT1H1M1S", timedelta(days=1, hours=1, minutes=1, seconds=1), "P1DT1H1M1S"),
        (timedelta(hours=1), timedelta(hours=1), "PT1H"),
    ],
)
def test_durations(written, meant, again):
    form = Form.model_validate({"duration": written})
    assert form.duration == meant
    assert form.model_dump(mode="json")["duration"] == again


def test_each_field_says_how_it_is_drawn():
    drawn = Form.model_json_schema()["properties"]

    def kind(field):
        options = [drawn[field], *drawn[field].get("anyOf", [])]
        return next(o["x-selector"]["kind"] for o in options if "x-selector" in o)

    assert {field: kind(field) for field in drawn} == {
        "text": "template",
        "line": "template",
        "formula": "expression",
        "words": "words",
        "anything": "value",
        "variable": "variable",
        "source": "variable",
        "condition": "condition",
        "duration": "duration",
        "options": "list",
        "flow": "flow",
        "node": "node",
        "name": "text",
        "more": "words",
    }
    assert drawn["text"]["x-selector"] == {"kind": "template", "multiline": True, "markdown": True}
    assert drawn["variable"]["x-selector"]["writable"] is True
    assert drawn["more"]["x-ui"] == {"more": True}
