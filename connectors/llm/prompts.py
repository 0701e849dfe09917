"""Prompts as files, each of which a workspace may put into its own words.

The first line of `prompts/NAME.md` is a comment that tells people what the prompt is for. Words
between double braces, as in ``{{ question }}``, stand for values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).with_name("prompts")
_ABOUT = re.compile(r"<!--\s*(.+?)\s*-->\s*\n", re.DOTALL)
_VALUE = re.compile(r"{{\s*(\w+)\s*}}")


class Prompt(msgspec.Struct, frozen=True):
    """``values`` are the names between braces that its text knows."""

    name: str
    about: str
    text: str

    @property
    def values(self) -> frozenset[str]:
        return frozenset(_VALUE.findall(self.text))


class BadPrompt(ValueError):
    """A workspace's own text that could not be filled; the message says what to change."""


@cache
def shipped(folder: Path = _FOLDER) -> Mapping[str, Prompt]:
    """All prompts by name."""
    found = (_read(path) for path in sorted(folder.glob("*.md")))
    return {prompt.name: prompt for prompt in found}


def text(name: str, own: Mapping[str, str]) -> str:
    """A prompt in the workspace's own words, or in ours."""
    return own.get(name) or shipped()[name].text


def fill(text: str, values: Mapping[str, str]) -> str:
    """Puts values between the braces, and nothing that a value itself may contain there."""
    return _VALUE.sub(lambda found: values.get(found[1], ""), text)


def check(prompt: Prompt, own: str) -> str:
    """The own text, if it can be used in the prompt's place. Raises `BadPrompt`."""
    if not own.strip():
        raise BadPrompt("write something, or take the usual text back")
    known = prompt.values
    if unknown := sorted(set(_VALUE.findall(own)) - known):
        names = ", ".join(f"{{{{ {name} }}}}" for name in sorted(known)) or "none at all"
        raise BadPrompt(f"{{{{ {unknown[0]} }}}} is no value of this prompt; it knows {names}")
    return own


def _read(path: Path) -> Prompt:
    content = path.read_text(encoding="utf-8")
    about = _ABOUT.match(content)
    if about is None:
        message = f"{path.name} must begin with a comment that tells what the prompt is for"
        raise ValueError(message)
    return Prompt(path.stem, " ".join(about[1].split()), content[about.end() :].strip())
