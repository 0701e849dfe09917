from __future__ import annotations

import copy
import json
import pickle
import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from runtime.core.expressions import (
    Expression,
    ExpressionError,
    Template,
    dynamic,
    escape,
    names_in,
    worked_out,
)
from tests.core.context import context

VALUES = {
    "name": "Ada",
    "score": 3,
    "price": 12.5,
    "typed": "5",
    "born": "1990-02-28",
    "meeting": "2026-11-20T14:00",
    "order": {"total": 120, "lines": [{"sku": "a", "sum": 100}, {"sku": "b", "sum": 20}]},
    "tags": ["new", "vip"],
    "numbers": [3, 1, 2],
    "yes": True,
    "self": 4,
    "date": "2026-12-24",
}
CTX = context(**VALUES)


def value(source):
    return Expression(source).evaluate(CTX)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # values, parts and their absence
        ("name", "Ada"),
        ("order.total", 120),
        ("order['total']", 120),
        ("order.lines[0].sku", "a"),
        ("order.lines.1.sku", "b"),
        ("nothing", None),
        ("nothing.at.all", None),
        ("order.lines[9].sku", None),
        ("contact.name", "Ada"),
        ("contact.email or 'none'", "none"),
        ("channel.kind", "web"),
        ("conversation.page", "/prices"),
        ("self", 4),
        ("self + 1", 5),
        ("date(date) - date('2026-12-20') == days(4)", True),
        # arithmetic
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2", 3),
        ("7 % 2", 1),
        ("2 ** 10", 1024),
        ("-score", -3),
        ("price * 2", 25.0),
        ("typed + 1", 6),
        ("nothing + 1", 1),
        ("nothing + [1]", [1]),
        ("score - nothing", 3),
        ("'-' * 3", "---"),
        ("'a' ~ 1 ~ none ~ yes", "a1true"),
        # comparison and logic
        ("score > 2 and not nothing", True),
        ("1 < score <= 3", True),
        ("typed > 4", True),
        ("name == 'ada'", True),
        ("name != 'Bo'", True),
        ("'vip' in tags", True),
        ("'x' not in tags", True),
        ("'total' in order", True),
        ("nothing > 1", False),
        ("'x' in nothing", False),
        ("'big' if order.total > 100 else 'small'", "big"),
        ("'big' if order.total > 900", None),
        # lists and objects
        ("[1, 2] + [3]", [1, 2, 3]),
        ("tags[1:]", ["vip"]),
        ("name[:2]", "Ad"),
        ("{'a': score}", {"a": 3}),
        ("len(tags)", 2),
        ("tags | append('x')", ["new", "vip", "x"]),
        ("tags | without('vip')", ["new"]),
        ("numbers | sort", [1, 2, 3]),
        ("numbers | sort(reverse=true) | first", 3),
        ("numbers | reverse | last", 3),
        ("order.lines | sort(attribute='sum') | map('sku')", ["b", "a"]),
        ("order.lines | where('sku', 'b') | length", 1),
        ("order.lines | sum('sum')", 120),
        ("['a', 'b', 'a'] | unique", ["a", "b"]),
        ("tags | join(' & ')", "new & vip"),
        ("max(numbers)", 3),
        ("min(4, '2', 3)", "2"),
        ("sum(numbers)", 6),
        ("range(1, 4)", [1, 2, 3]),
        # text
        ("name.upper()", "ADA"),
        ("name | lower", "ada"),
        ("' x ' | trim", "x"),
        ("'a,b , c' | split(',')", ["a", "b", "c"]),
        ("'a-b'.replace('-', '+')", "a+b"),
        ("'hello world' | truncate(6)", "hello…"),
        ("'å &' | urlencode", "%C3%A5%20%26"),
        ("nothing | default('none')", "none"),
        ("name.startswith('a')", True),
        # numbers
        ("round(2.6)", 3),
        ("round(2.345, 2)", 2.35),
        ("abs(-2)", 2),
        ("int('7')", 7),
        ("number('7.5')", 7.5),
        ("number('x', 0)", 0),
        # tests
        ("nothing is defined", False),
        ("nothing is none and tags is list", True),
        ("'  ' is empty", True),
        ("score is odd", True),
        ("typed is number", True),
        # moments
        ("today()", date(2026, 11, 20)),
        ("today() + days(3)", date(2026, 11, 23)),
        ("born + days(1)", date(1990, 3, 1)),
        ("date(born).year", 1990),
        ("(today() - date('2026-11-01')).days", 19),
        ("date('2026-12-24') > today()", True),
        ("meeting > now()", True),
        ("'11:00' > now()", True),
        ("hours(2) + minutes(30)", timedelta(hours=2, minutes=30)),
        ("weeks(1) * 2", timedelta(days=14)),
        ("now() + hours(1)", datetime(2026, 11, 20, 11, 30, tzinfo=ZoneInfo("Europe/Oslo"))),
        ("today() + hours(9)", datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Oslo"))),
        ("now() | date('EEEE d MMMM HH:mm')", "Friday 20 November 10:30"),
        ("{{ score }}", 3),
    ],
)
def test_what_an_expression_comes_to(source, expected):
    found = value(source)
    assert found == expected
    assert type(found) is type(expected) or isinstance(expected, float | int)


def test_hours_are_absolute_and_days_keep_the_clock_when_it_is_set_back():
    assert str(value("date('2026-10-24T12:00') + days(1)")) == "2026-10-25 12:00:00+01:00"
    assert str(value("date('2026-10-24T12:00') + hours(25)")) == "2026-10-25 12:00:00+01:00"


def test_chance_comes_from_the_context():
    drawn = [Expression("pick(numbers)").evaluate(context(position=i, **VALUES)) for i in range(40)]
    again = [Expression("pick(numbers)").evaluate(context(position=i, **VALUES)) for i in range(40)]
    assert drawn == again
    assert set(drawn) == {1, 2, 3}
    assert value("random(2, 2)") == 2


def test_numbers_and_dates_are_written_in_the_visitors_language():
    norwegian = context(language="nb", **VALUES)
    assert Expression("1234.5 | decimal(2)").evaluate(norwegian) == "1\xa0234,50"
    assert Expression("99 | money('NOK')").evaluate(norwegian) == "99,00\xa0kr"
    assert Template("I dag: {{ today() }}").render(norwegian) == "I dag: 20. november 2026"
    assert Template("{{ today() }}").render(norwegian, markdown=False) == "2026-11-20"
    assert Expression("1234.5 | decimal").evaluate(context(language="xx")) == "1,234.5"


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "cannot be read"),
        ("a b", "from 'b' on"),
        ("1 +", "cannot be read"),
        ("a.__class__", "'_'"),
        ("a['__class__']", "'_'"),
        ("_private", "'_'"),
        ("a|attr('x')", "there is no filter 'attr'"),
        ("a | uper", "did you mean 'upper'"),
        ("a is callable", "there is no test 'callable'"),
        ("a.b()", "there is no method 'b'"),
        ("open('x')", "there is no function 'open'"),
        ("''.join(a)", "there is no method 'join'"),
        ("a()()", "only functions"),
        ("[x][0]()", "only functions"),
        ("len(*a)", "'*' and '**'"),
        ("len(**a)", "'*' and '**'"),
        ("9" * 30, "too large"),
        ("9" * 5000, "at most"),
        ("x" * 2001, "at most"),
        ("+".join("a" * 120), "too deeply"),
        ("[" + "1," * 300 + "]", "too deeply"),
        ("(" * 900 + "1" + ")" * 900, "too deeply"),
        ("not " * 450 + "a", "too deeply"),
        ("-" * 1900 + "1", "too deeply"),
        ("a if b else " * 100 + "c", "too deeply"),
        ("a" + "[0]" * 600, "too deeply"),
        ("a" + "|upper" * 300, "too deeply"),
    ],
)
def test_what_cannot_be_written(source, reason):
    with pytest.raises(ExpressionError, match=reason.replace("*", r"\*").replace("+", r"\+")):
        Expression(source)


@pytest.mark.parametrize(
    "source",
    [
        # after the public lists of template injections
        "''.__class__.__mro__[1].__subclasses__()",
        "self.__init__.__globals__['os'].popen('id').read()",
        "config.items()[4][1].__class__",
        "lipsum.__globals__",
        "cycler.__init__.__globals__.os",
        "namespace(a=1)",
        "joiner()",
        "x|attr(['_'*2,'class','_'*2]|join)",
        "x|map('__class__')|list",
        "x.format(y)",
        "'{0.__class__}'.format(x)",
        "'%c'|format(99)",
        "x|xmlattr",
        "x|tojson",
        "x|groupby('a')",
        "x|pprint",
        "range.__class__",
        "self._TemplateReference__context",
        "x.mro()",
        "dict(a=1).items()",
        "super()",
        "caller()",
        "loop.__class__",
        "x|random",
        "name.encode()",
        "().__class__",
    ],
)
def test_no_way_into_python(source):
    with pytest.raises(ExpressionError):
        Expression(source)


def test_parts_are_data_and_never_attributes_of_python_objects():
    for source in ("name.upper", "order.items", "order.keys", "tags.append", "now().tzinfo",
                   "score.real", "name['upper']", "tags['append']", "order | map('sku') | first",
                   "tags | map('__class__') | first"):  # fmt: skip
        assert value(source) is None


HOSTILE = [
    "'x' * 300000000",
    "'x' * 65000 * 65000",
    "9 ** 9 ** 9",
    "9 ** 9 ** 9 ** 9",
    "(2 ** 1000) ** 1000",
    "2 ** 0.5 ** -9999",
    "(0 - 8) ** 0.5",
    "10.0 ** 400",
    "2 ** 64",
    "9223372036854775807 + 1",
    "1e308 * 10",
    "[1] * 100000000",
    "big ~ big",
    "big ~ big ~ big ~ big",
    "big + big",
    "big.replace('', big)",
    "'a'.replace('a', big).replace('x', big)",
    "[big, big] | join",
    "range(5000) | join(big)",
    "big | join(big)",
    "range(1000000000)",
    "many + many",
    "many | sort | reverse | unique | sort",
    "'{}' | replace('', 'x' * 60000)",
    "big | urlencode | urlencode",
    "'%1000000000d' % 5",
    "1 / 0",
    "1 // 0",
    "1 % 0",
    "0 ** -1",
    "round(1, 1000000000)",
    "round('x')",
    "days(99999999999)",
    "date('9999-12-31') + days(5)",
    "today() - days(999999)",
    "date('tomorrow')",
    "now() | date('y' * 10000)",
    "now() | date(big)",
    "random(5, 1)",
    "random(1, 1.5)",
    "name + 1",
    "name * name",
    "len(5)",
    "tags + 1",
    "min(1, 2, 3, bad=1)",
    "name.upper(1, 2)",
    "text(deep)",
]


def deep_list(depth):
    nested: list = []
    for _ in range(depth):
        nested = [nested]
    return nested


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_expressions_stop_at_once_with_a_sentence(source):
    ctx = context(big="x" * 60_000, many=[*range(5_000)], name="Ada", tags=[], deep=deep_list(500))
    begun = time.process_time()
    found, reason = attempt(source, ctx)
    assert time.process_time() - begun < 0.5
    assert len(str(found)) <= 64 * 1024
    assert found is not None or 10 < len(reason) < 300


def attempt(source, ctx):
    try:
        found = Expression(source).evaluate(ctx)
        Template("{{ " + source + " }}").render(ctx)
    except ExpressionError as error:
        return None, str(error)
    return found, ""


@pytest.mark.parametrize(
    "part", ["(", "[", "{'a':", "-", "not ", "1 if ", "a[", "f(", "'a' ~ ", "1+", "a.b"]
)
def test_deep_nesting_is_an_error_and_no_recursion(part):
    for count in (100, 900, 10_000):
        with pytest.raises(ExpressionError):
            Expression(part * count)
        with pytest.raises(ExpressionError):
            Template("{{ " + part * count + "! }}")


def test_the_costliest_allowed_expression_is_still_short():
    ctx = context(many=[str(i % 977) for i in range(5_000)], big="ab" * 30_000)
    begun = time.process_time()
    Expression("many" + "|sort|unique|reverse" * 15 + "|length").evaluate(ctx)
    Expression("big" + ".replace('a','b').replace('b','a')" * 20 + "|length").evaluate(ctx)
    assert time.process_time() - begun < 1.5


PIECES = """a b.c d 1 2.5 'x' ( ) [ ] { } . | , : + - * / // % ** ~ < == != in not and or if else
is none now() today() date( range( len( upper( |upper |join( |sort |first |sum |round |default(
|map( .upper() .replace( ['a'] [0] [1:] {{ }} _ \\ " é 9999999999 e9 days("""
FRAGMENTS = PIECES.split()


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14), st.sampled_from(["", " "]))
def test_whatever_is_written_ends_in_a_value_or_in_our_error(fragments, between):
    source = between.join(fragments)
    ctx = context(a=[3, "x", None], b={"c": "2026-11-20"}, d=2.5)
    begun = time.process_time()
    attempt(source, ctx)
    assert time.process_time() - begun < 1


# --- Templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello", "Hello"),
        ("Hi {{ name }}!", "Hi Ada!"),
        ("{{name}}{{ score }}", "Ada3"),
        ("{{ nothing }}", ""),
        ("{{ tags }}", "new, vip"),
        ("{{ yes }} {{ not yes }}", "true false"),
        ("{{ price }} {{ price * 2 }} {{ 0.1 + 0.2 }}", "12.5 25 0.3"),
        ("a { b } }} %} #}", "a { b } }} %} #}"),
        ("{{ '}}' }}", "}}"),
        ("{{ {'a': {'b': 1}}.a.b }}", "1"),
        ("line\r\n{{ name }}\n", "line\nAda\n"),
        ("**{{ name }}**", "**Ada**"),
    ],
)
def test_what_a_template_renders(source, expected):
    assert Template(source).render(CTX) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% if a %}x{% endif %}", "nothing else: take out the '{%'"),
        ("{# note #}", "take out the '{#'"),
        ("Hi {{ name", "never closed"),
        ("Hi {{ }}", "cannot be read"),
        ("Hi {{ a b }}", "cannot be read"),
        ("{{ a + 1 }}" * 201, "at most 200"),
        ("{{ '" + "\\'" * 30_000 + " }}", "cannot be read"),
        ("{{ " + "1" * 60_000 + " }}", "too large"),
        ("{{ a." + "x" * 70_000 + " }}", "64 kB"),
    ],
)
def test_what_a_template_must_not_hold(source, reason):
    with pytest.raises(ExpressionError) as caught:
        Template(source)
    assert reason in str(caught.value)


def test_a_single_expression_keeps_its_type():
    assert Template("{{ score }}").value(CTX) == 3
    assert Template("{{ order.lines }}").value(CTX) == VALUES["order"]["lines"]
    assert Template("{{ nothing }}").value(CTX) is None
    assert Template(" {{ score }}").value(CTX) == " 3"
    assert Template("{{ score }}{{ score }}").value(CTX) == "33"
    assert Template("{{ today() + days(1) }}").value(CTX) == "2026-11-21"
    assert Template("{{ now() }}").value(CTX) == "2026-11-20T10:30:00+01:00"
    assert Template("{{ [hours(2), yes] }}").value(CTX) == ["PT2H", True]
    assert Template("{{ contact.name }} & _co_").value(CTX) == "Ada & _co_"


def test_what_is_stored_is_bounded():
    ctx = context(big="x" * 60_000)
    with pytest.raises(ExpressionError, match="256 kB"):
        Template("{{ [big, big, big, big, big] }}").value(ctx)
    with pytest.raises(ExpressionError, match="64 kB"):
        Template("{{ big }}{{ big }}").render(ctx)


def test_names_are_the_roots_it_reads():
    assert Template("{{ order.total + score }} {{ contact.name }}").names == {
        "order",
        "score",
        "contact",
    }
    assert Expression("len(tags) and date(date)").names == {"tags", "date"}
    assert Template("Hello").names == frozenset()
    assert names_in(dynamic({"a": ["{{ x }}", 1], "b": "{{ y.z }}"})) == {"x", "y"}


def test_a_template_is_plain_text_to_everybody_else():
    template = Template("Hi {{ name }}")
    assert template == "Hi {{ name }}"
    assert orjson.loads(orjson.dumps({"a": template})) == {"a": "Hi {{ name }}"}
    assert json.dumps(template) == '"Hi {{ name }}"'
    for twin in (pickle.loads(pickle.dumps(template)), copy.deepcopy(template)):
        assert twin.render(CTX) == "Hi Ada"


def test_values_that_may_be_templates():
    config = dynamic({"total": "{{ order.total }}", "list": ["{{ name }}", 5], "text": "plain"})
    assert worked_out(config, CTX) == {"total": 120, "list": ["Ada", 5], "text": "plain"}


class Form(BaseModel):
    text: Template
    formula: Expression = Expression("1")


def test_pydantic_checks_and_writes_them():
    form = Form.model_validate({"text": "Hi {{ name }}", "formula": "score > 2"})
    assert form.formula.evaluate(CTX) is True
    dumped = form.model_dump()
    assert dumped == {"text": "Hi {{ name }}", "formula": "score > 2"}
    assert all(type(text) is str for text in dumped.values())
    assert Form.model_validate_json(form.model_dump_json()) == form
    with pytest.raises(ValidationError) as caught:
        Form(text="{{ a b }}", formula="1 +")
    assert [(e["loc"], e["type"]) for e in caught.value.errors()] == [
        (("text",), "expression"),
        (("formula",), "expression"),
    ]


# --- Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", "Ada"),
        ("Ann-Marie O'Hara, 5.", "Ann-Marie O'Hara, 5."),
        ("ada.l_ovelace@example.com", "ada.l_ovelace@example.com"),
        ("2026-11-20", "2026-11-20"),
        ("Tom & Jerry", "Tom & Jerry"),
        ("*bold* _it_ ~~no~~", r"\*bold\* \_it\_ \~\~no\~\~"),
        ("[a](javascript:x)", r"\[a\](javascript:x)"),
        ("<b>&amp;", r"\<b\>\&amp;"),
        ("`x` a|b \\", r"\`x\` a\|b \\"),
        ("# head\n- item\n1. one\n> q\n---", "\\# head\n\\- item\n1\\. one\n\\> q\n\\---"),
        ("C# -5 1.5", "C# -5 1.5"),
    ],
)
def test_values_show_as_they_are_in_markdown(value, expected):
    assert escape(value) == expected
    assert Template("{{ v }}").render(context(v=value)) == expected
    assert Template("{{ v }}").render(context(v=value), markdown=False) == value
    assert Template("{{ v | markdown }}").render(context(v=value)) == value


def test_signs_that_begin_a_line_matter_only_there():
    ctx = context(v="1. x\n- y")
    assert Template("{{ v }}").render(ctx) == "1\\. x\n\\- y"
    assert Template("So: {{ v }}").render(ctx) == "So: 1. x\n\\- y"
    assert Template("So:\n  {{ nothing }}{{ v }}").render(ctx) == "So:\n  1\\. x\n\\- y"
    assert Template("{{ v }}, {{ v }}").render(ctx) == "1\\. x\n\\- y, 1. x\n\\- y"


def test_a_computed_value_is_escaped_too():
    assert Template("{{ v ~ '*' }}").render(context(v="<")) == r"\<\*"
    assert Template("{{ v | upper | markdown }}").render(context(v="*a*")) == "*A*"
    assert Template("{{ [v, v] }}").render(context(v="*")) == r"\*, \*"


@pytest.mark.parametrize(
    "text", ["*" * 60_000, "#" * 60_000, " " * 60_000, "1" * 60_000, "-\n" * 30_000]
)
def test_escaping_takes_linear_time(text):
    begun = time.process_time()
    escape(text)
    assert time.process_time() - begun < 0.5
