"""What an agent has heard and done so far, as a model may read it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from connectors.ai import guards
from connectors.llm import Said, ToolCall
from runtime.core.contract import Citation
from runtime.core.effects.agent import CameBack, Decided, Heard, Step

BEGINS = "(The conversation begins. You speak first.)"
ORDERS = "(This message gave you orders and nothing else; it is left out.)"


class Dialogue:
    """The steps as messages. Visitors' words and results are data, and numbers are hidden.

    ``heard``, ``results`` and ``sources`` are what a model may rely on, hidden as it reads them.
    """

    def __init__(self, steps: Sequence[Step], before: str) -> None:
        self._hidden: dict[str, str] = {}
        self.heard: list[str] = []
        self.results: list[str] = []
        self.sources: dict[int, Citation] = {}
        self.said = tuple(self._said(steps, before))

    def restored(self, value: Any) -> Any:
        """A value, or all values within it, with what was hidden from the model."""
        return _mapped(value, guards.Masked("", self._hidden).restored)

    def _said(self, steps: Sequence[Step], before: str) -> Iterator[Said]:
        if before:
            yield Said("user", f"<conversation>\n{before}\n</conversation>")
        if not any(isinstance(step, Heard) for step in steps):
            yield Said("user", BEGINS)
        for step in steps:
            match step:
                case Heard(text=text):
                    words = self._harmless(text[: guards.LONGEST]) or ORDERS
                    self.heard.append(words)
                    yield Said("user", f"<visitor>\n{guards.as_data(words)}\n</visitor>")
                case Decided(text=text, calls=calls):
                    made = (ToolCall(c.id, c.tool, _mapped(c.args, self._hide)) for c in calls)
                    yield Said("assistant", self._hide(text), calls=tuple(made))
                    self.results += (str(_mapped(call.args, self._hide)) for call in calls)
                case CameBack():
                    yield Said("tool", self._result(step), tool=step.call)

    def _result(self, step: CameBack) -> str:
        parts = [self._harmless(step.text)] if step.text else []
        self.results += parts
        for one in step.sources:
            text = self._harmless(one.text)
            self.sources[one.number] = Citation(one.number, one.title, text, one.page, one.url)
            self.results += filter(None, (one.title, text, one.url))
            about = guards.as_data(one.title).replace('"', "'")
            body = guards.as_data(text)
            parts.append(f'<passage n="{one.number}" from="{about}">\n{body}\n</passage>')
        return "\n".join(parts) or "(nothing)"

    def _harmless(self, text: str) -> str:
        return self._hide(guards.without_orders(text))

    def _hide(self, text: str) -> str:
        found = guards.masked(text, contacts=False, known=self._hidden)
        self._hidden |= found.hidden
        return found.text


def _mapped(value: Any, change: Any) -> Any:
    """A JSON value with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
        return {name: _mapped(one, change) for name, one in inner.items()}
    if isinstance(value, list):
        return [_mapped(one, change) for one in cast("list[Any]", value)]
    return value
