"""What an agent has heard and done so far, as a model may read it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from msgspec.structs import replace

from connectors.ai import asking, facts, guards
from connectors.ai.passages import said_in
from connectors.ai.scene import Scene
from connectors.ai.statements import cited
from connectors.llm import Said, ToolCall
from runtime.core.contract import Citation
from runtime.core.effects.agent import CameBack, Decided, Heard, Step

BEGINS = "(The conversation begins. You speak first.)"
NOTHING = "(Nothing was found.)"
ORDERS = "(This message gave you orders and nothing else; it is left out.)"


class Dialogue:
    """The steps as messages. Visitors' words and results are data, and numbers are hidden.

    ``heard``, ``results`` and ``sources`` are what a model may rely on, hidden as it reads them;
    ``secrets`` are the confidential sources since the visitor's latest words.
    """

    def __init__(self, steps: Sequence[Step], scene: Scene) -> None:
        self._scene = scene
        self._hidden: dict[str, str] = {}
        self.heard: list[str] = []
        self.results: list[str] = []
        self.sources: dict[int, Citation] = {}
        self.secrets: list[int] = []
        self.said = tuple(self._said(steps))

    def restored(self, value: Any) -> Any:
        """A value, or all values within it, with what was hidden from the model."""
        return _mapped(value, guards.Masked("", self._hidden).restored)

    def _said(self, steps: Sequence[Step]) -> Iterator[Said]:
        if self._scene.before:
            yield Said("user", self._scene.before)
        places = [place for place, step in enumerate(steps) if isinstance(step, Heard)]
        if not places:
            yield Said("user", BEGINS)
        for place, step in enumerate(steps):
            match step:
                case Heard(text=text):
                    latest = self._scene.heard if place == places[-1] else None
                    yield Said("user", "\n\n".join(self._words(text, latest)))
                case Decided(text=text, calls=calls):
                    made = (ToolCall(c.id, c.tool, _mapped(c.args, self._hide)) for c in calls)
                    yield Said("assistant", self._hide(text), calls=tuple(made))
                    self.results += (str(_mapped(call.args, self._hide)) for call in calls)
                case CameBack():
                    yield Said("tool", self._result(step), tool=step.call)

    def _words(self, text: str, latest: Heard | None) -> Iterator[str]:
        """What the visitor wrote; of the latest, what is known of them and their mood as well."""
        words = self._harmless(text[: guards.LONGEST]) or ORDERS
        self.heard.append(words)
        self.secrets = []
        yield f"<visitor>\n{guards.as_data(words)}\n</visitor>"
        if latest is None:
            return
        if known := self._scene.known:
            yield f"<facts>\n{facts.numbered(known, latest.first)}\n</facts>"
        for number, one in enumerate(known, latest.first):
            self.sources[number] = cited(number, one.source)
            self.results.append(said_in(one.source))
        if tone := asking.TONES[latest.felt or "calm"]:
            yield tone

    def _result(self, step: CameBack) -> str:
        parts = [self._harmless(step.text)] if step.text else []
        self.results += parts
        for one in step.sources:
            if one.confidential and not self._scene.confidential:
                continue
            text = self._harmless(one.text)
            self.sources[one.number] = replace(one, text=text)
            self.secrets += [one.number] if one.confidential else []
            self.results += filter(None, (one.title, text, one.url))
            about = guards.as_data(one.title).replace('"', "'")
            body = guards.as_data(text)
            parts.append(f'<passage n="{one.number}" from="{about}">\n{body}\n</passage>')
        return "\n".join(parts) or NOTHING

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
