"""Whether everything a document names exists, and nothing stands twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, cast

from runtime.core.document.mistakes import DocumentProblem, suggest
from runtime.core.document.outline import FlowOutline, PlacedOutline, objects, text
from runtime.core.document.usage import calls, fields_of
from runtime.core.texts import step_into


def check(plain: dict[str, Any], flows: list[FlowOutline]) -> Iterator[DocumentProblem]:
    """Everything in the document that points nowhere or at two things."""
    yield from _repeated("flow", ((flow.path, flow.id) for flow in flows))
    yield from _variables(plain)
    yield from _main(plain, flows)
    for flow in flows:
        yield from _flow(flow, flows)
    yield from _tests(plain, flows)


def _repeated(
    what: str, items: Iterable[tuple[str, str]], key: str = "id"
) -> Iterator[DocumentProblem]:
    seen: dict[str, str] = {}
    for path, name in items:
        if name in seen:
            message = f'Two {what}s have the {key} "{name[:64]}"; {seen[name]} has it already.'
            yield DocumentProblem(f"{path}.{key}", message, f"Give this one another {key}.")
        seen.setdefault(name, path)


def _variables(plain: dict[str, Any]) -> Iterator[DocumentProblem]:
    declared = (
        (path, name)
        for path, variable in objects(plain, "variables")
        if (name := text(variable.get("name"))) is not None
    )
    return _repeated("variable", declared, "name")


def _main(plain: dict[str, Any], flows: list[FlowOutline]) -> Iterator[DocumentProblem]:
    main = plain.get("main", "main")
    ids = [flow.id for flow in flows]
    if isinstance(main, str) and ids and main not in ids:
        message = f'The main flow "{main[:64]}" does not exist.'
        yield DocumentProblem("main", message, suggest(main, ids))


# --- Inside one flow ------------------------------------------------------------------------


def _flow(flow: FlowOutline, flows: list[FlowOutline]) -> Iterator[DocumentProblem]:
    nodes = {placed.id: placed for placed in flow.nodes}
    yield from _repeated("step", ((placed.path, placed.id) for placed in flow.nodes))
    if flow.start is not None and flow.nodes and flow.start not in nodes:
        message = f'The first step "{flow.start[:64]}" is not in this flow.'
        yield DocumentProblem(f"{flow.path}.start", message, suggest(flow.start, nodes))
    yield from _edges(flow, nodes)
    others = {other.id: other for other in flows}
    for placed in flow.nodes:
        yield from _node(placed, nodes)
        yield from _calls(placed, others)


def _edges(flow: FlowOutline, nodes: dict[str, PlacedOutline]) -> Iterator[DocumentProblem]:
    ports: dict[str, list[str]] = {
        placed.id: [port.id for port in placed.node.ports()]
        for placed in nodes.values()
        if placed.node is not None
    }
    taken: dict[tuple[str, str], str] = {}
    for edge in flow.edges:
        for key, node_id in (("source", edge.source), ("target", edge.target)):
            if node_id not in nodes:
                message = f'There is no step "{node_id[:64]}" in this flow.'
                yield DocumentProblem(f"{edge.path}.{key}", message, suggest(node_id, nodes))
        known = ports.get(edge.source)
        if known is not None and edge.port not in known:
            message = f'The step "{edge.source}" has no way out "{edge.port[:64]}".'
            yield DocumentProblem(f"{edge.path}.port", message, suggest(edge.port, known))
        first = taken.setdefault((edge.source, edge.port), edge.path)
        if first != edge.path:
            message = f'Two connections leave "{edge.source[:64]}" by "{edge.port[:64]}".'
            yield DocumentProblem(edge.path, message, f"Remove this one or {first}.")


def _node(placed: PlacedOutline, nodes: dict[str, PlacedOutline]) -> Iterator[DocumentProblem]:
    if placed.node is None:
        return
    ports = Counter(port.id for port in placed.node.ports())
    for port in (port for port, times in ports.items() if times > 1):
        message = f'Two ways out of this step are called "{port}".'
        hint = "Give the option or branch another id."
        yield DocumentProblem(_where(placed, port, "id"), message, hint)
    for target in placed.node.jumps():
        if target not in nodes:
            message = f'There is no step "{target[:64]}" in this flow.'
            yield DocumentProblem(_where(placed, target), message, suggest(target, nodes))


def _where(placed: PlacedOutline, value: str, kind: str | None = None) -> str:
    """The place of the last field (of a kind) that holds the value, else of the configuration."""
    fields = fields_of(placed.node) if placed.node else ()
    found = [f.path for f in fields if f.value == value and kind in (None, f.kind)]
    return f"{placed.path}.config.{found[-1]}" if found else f"{placed.path}.config"


def _calls(placed: PlacedOutline, flows: dict[str, FlowOutline]) -> Iterator[DocumentProblem]:
    """Calls of other flows, and the inputs and outputs that a ``map`` field names there."""
    if placed.node is None:
        return
    fields = fields_of(placed.node)
    maps = [field for field in fields if field.kind == "map"]
    for called in calls(fields):
        place = f"{placed.path}.config.{called.path}"
        flow = flows.get(called.name)
        if flow is None:
            message = f'There is no flow "{called.name[:64]}".'
            yield DocumentProblem(place, message, suggest(called.name, flows))
            continue
        for field in maps:
            kind = str(field.selector["of"])
            for name in field.value.keys() - flow.parameters[kind]:
                message = f'The flow "{called.name}" has no {kind} "{name[:64]}".'
                place = step_into(f"{placed.path}.config.{field.path}", name)
                yield DocumentProblem(place, message, suggest(name, flow.parameters[kind]))


# --- Tests ----------------------------------------------------------------------------------


def _tests(plain: dict[str, Any], flows: list[FlowOutline]) -> Iterator[DocumentProblem]:
    nodes = {placed.id for flow in flows for placed in flow.nodes}
    known = nodes | {f"{flow.id}.{placed.id}" for flow in flows for placed in flow.nodes}
    for path, test in objects(plain, "tests"):
        for step_path, step in objects(test, "talk", path):
            reached = step.get("node_reached")
            for name in cast("list[Any]", reached) if isinstance(reached, list) else [reached]:
                if isinstance(name, str) and name not in known and not name.startswith("system."):
                    message = f'There is no step "{name[:64]}".'
                    place = f"{step_path}.node_reached"
                    yield DocumentProblem(place, message, suggest(name, nodes))
