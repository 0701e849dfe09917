"""A conversation with a bot in the terminal: typed by a person, or fed by a pipe."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from textwrap import indent
from typing import Any, TextIO

from click import echo
from pydantic import TypeAdapter, ValidationError

from connectors.channels import citing
from runtime.core.contract import Message
from runtime.core.fields import Duration
from runtime.core.release import Release
from runtime.simulator import NeverRests, Simulator
from runtime.simulator.expectations import spoken

HELP = """\
  /wait PT1H      move the clock      /vars     show the variables
  /signal NAME    report an event     /trace    show the way since the last message
  /handback       as a colleague, give the conversation back to the bot
  /restart        begin again         /quit     leave"""

_COMMAND = re.compile(r"/[a-z]+")
_duration: TypeAdapter[timedelta] = TypeAdapter(Duration)


class Chat:
    """Reads lines until the source ends or says ``/quit``; numbers press buttons."""

    def __init__(self, release: Release, source: TextIO) -> None:
        self._release, self._source = release, source
        self._simulator = Simulator(release)
        self._shown = 0  # visits of the trace already shown
        self._commands = {
            "/wait": self._wait,
            "/signal": self._signal,
            "/handback": self._hand_back,
            "/vars": self._vars,
            "/trace": self._trace,
            "/restart": self._restart,
            "/help": self._help,
        }

    def run(self) -> None:
        echo(f"{self._release.document.name}   (/help for commands)\n")
        self._show(self._simulator.start())
        while (line := self._next_line()) is not None:
            word, _, rest = line.partition(" ")
            if word == "/quit":
                return
            command = self._commands.get(word)
            try:
                if command:
                    command(rest.strip())
                elif _COMMAND.fullmatch(word):
                    echo(f"  There is no command {word}. These are:\n{HELP}")
                elif line:
                    self._answer(line)
            except (LookupError, NeverRests, ValidationError) as error:
                echo(f"  {_sentence(error)}")

    def _next_line(self) -> str | None:
        if self._source.isatty():
            echo("> ", nl=False)
        line = self._source.readline()
        if line and not self._source.isatty():
            echo(f"> {line.rstrip()}")
        return line.strip() if line else None

    def _show(self, messages: list[Message]) -> None:
        for message in messages:
            echo(spoken(message))
            if message.citations:
                echo(indent(citing.lines(message.citations, message.text), "  "))
        wanted = self._simulator.input
        for number, option in enumerate(wanted.options if wanted else (), 1):
            echo(f"  {number}. {option.label}")
        status = self._simulator.status
        if status == "human":
            echo("  (a person has the conversation now; /handback gives it back to the bot)")
        elif status != "bot":
            echo(f"  (the conversation has {status}; write to begin a new one)")

    def _answer(self, line: str) -> None:
        """A number presses that button, several with commas where several may be chosen."""
        wanted = self._simulator.input
        options = wanted.options if wanted else ()
        parts = [part.strip() for part in line.split(",")]
        numbers = [int(part) for part in parts if part.isdecimal() and len(part) < 4]
        pressed = len(numbers) == len(parts) and all(0 < n <= len(options) for n in numbers)
        if pressed and options:
            self._show(self._simulator.choose(*(options[n - 1].id for n in numbers)))
        else:
            self._show(self._simulator.say(line))

    # Commands ---------------------------------------------------------------

    def _wait(self, duration: str) -> None:
        self._show(self._simulator.wait(_duration.validate_python(duration)))
        echo(f"  (it is {self._simulator.now:%a %d %B %H:%M} UTC)")

    def _signal(self, name: str) -> None:
        self._show(self._simulator.signal(name=name))

    def _hand_back(self, _: str) -> None:
        self._show(self._simulator.colleague("hand_back"))

    def _vars(self, _: str) -> None:
        for name, value in sorted(self._simulator.variables.items()):
            echo(f"  {name} = {_json(value)}")

    def _trace(self, _: str) -> None:
        for visit in self._simulator.trace[self._shown :]:
            way = f" by {visit.port}" if visit.port else ""
            changed = f" {_json(visit.changed)}" if visit.changed else ""
            note = f" ({visit.note})" if visit.note else ""
            echo(f"  {visit.flow}.{visit.node}: {visit.outcome}{way}{changed}{note}")
        self._shown = len(self._simulator.trace)

    def _restart(self, _: str) -> None:
        self._simulator, self._shown = Simulator(self._release), 0
        self._show(self._simulator.start())

    def _help(self, _: str) -> None:
        echo(HELP)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return error.errors()[0]["msg"]
    return str(error)
