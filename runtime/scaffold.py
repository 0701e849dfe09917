"""Writes a node type and its test, both passing as written: ``make node NAME=ask.colour``."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

import click

import nodes  # noqa: F401  registers the node types
from runtime.core.contract import Node

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")

_QUESTION = Template('''\
from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid


class $class_(Ask):
    """Asks for a $words and stores it."""

    type: ClassVar[str] = "$type"
    label: ClassVar[str] = "$label"
    icon: ClassVar[str] = "message-circle"
    example: ClassVar[dict[str, Any]] = {"text": "Which $words?", "variable": "answer"}

    def input(self, ctx: Context) -> Input:
        return Input("text")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        text = said(event)
        return Answer(text, sure=False) if text else Unfit("retry_text")
''')

_QUESTION_TEST = Template("""\
from __future__ import annotations

from nodes.$module import $class_
from runtime.core.contract import Input, Message, Next, TimedOut, UserSaid, Wait
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"text": "Which $words?", "variable": "answer"}
NODE = $class_.model_validate(EXAMPLE)


def test_it_asks_and_waits_for_a_reply():
    assert NODE.run(context()) == Wait(on="reply", say=(Message("Which $words?"),))
    assert NODE.input(context()) == Input("text")


def test_it_stores_the_answer():
    assert NODE.resume(context(attempt=1), UserSaid(" this ")) == Next(set={"answer": "this"})


def test_an_empty_answer_is_asked_again_until_it_gives_up():
    again = Wait(on="reply", say=(Message("Please answer in words."),))
    assert NODE.resume(context(attempt=1), UserSaid("")) == again
    assert NODE.resume(context(attempt=3), UserSaid("")) == Next(port="invalid")


def test_silence():
    assert NODE.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
""")

_STEP = Template('''\
from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.contract import AnyOutcome, Context, Group, Message, Next, Node
from runtime.core.fields import Text


class $class_(Node):
    """Says a $words and goes straight on."""

    type: ClassVar[str] = "$type"
    label: ClassVar[str] = "$label"
    icon: ClassVar[str] = "sparkles"
    example: ClassVar[dict[str, Any]] = {"text": "Which $words?"}
    group: ClassVar[Group] = "talk"
    summary: ClassVar[str | None] = "text"

    text: Text

    def run(self, ctx: Context) -> AnyOutcome:
        return Next(say=(Message(self.text.render(ctx)),))
''')

_STEP_TEST = Template("""\
from __future__ import annotations

from nodes.$module import $class_
from runtime.core.contract import Message, Next
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"text": "Hello {{ name }}"}


def test_it_speaks_and_goes_on():
    node = $class_.model_validate(EXAMPLE)
    assert node.run(context(name="Ada")) == Next(say=(Message("Hello Ada"),))
    assert [port.id for port in node.ports()] == ["next"]
""")


class CannotScaffold(ValueError):
    """A node of this name cannot be written; the text says why."""


def scaffold(name: str, root: Path) -> tuple[Path, Path]:
    """Write the node and its test below ``root``. Raises `CannotScaffold`."""
    if not _NAME.fullmatch(name):
        raise CannotScaffold(f"'{name}' is no node type: write it like ask.colour or tag")
    module = name.replace(".", "_")
    paths = root / "nodes" / f"{module}.py", root / "tests" / "nodes" / f"test_{module}.py"
    if name in Node.registry or any(path.exists() for path in paths):
        raise CannotScaffold(f"there is a node '{name}' already: choose another name")
    words = re.sub(r"[._]", " ", name.removeprefix("ask."))
    parts = {
        "type": name,
        "module": module,
        "class_": "".join(part.capitalize() for part in module.split("_")),
        "words": words,
        "label": words.capitalize(),
    }
    templates = (_QUESTION, _QUESTION_TEST) if name.startswith("ask.") else (_STEP, _STEP_TEST)
    for path, template in zip(paths, templates, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template.substitute(parts), encoding="utf-8")
    return paths


@click.command()
@click.argument("name")
def main(name: str) -> None:
    """Write a node type NAME, such as ask.colour, and its test."""
    try:
        written = scaffold(name, Path(__file__).parent.parent)
    except CannotScaffold as error:
        raise click.ClickException(str(error)) from None
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"now: .venv/bin/pytest {written[1]}")


if __name__ == "__main__":
    main()
