"""From groups of blocks to one flow of steps: who follows whom, and where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from runtime.exchange import Entry, Imported
from runtime.exchange.typebot import asking, logic, talking
from runtime.exchange.typebot.made import Desk, Made, review
from runtime.exchange.typebot.names import Ids, Variables
from runtime.exchange.typebot.reading import Block, Export, Group, Json, Target, object_of, text_of
from runtime.exchange.typebot.values import counted

_MAKERS = talking.MAKERS | asking.MAKERS | logic.MAKERS
_BESIDE, _BELOW = 320.0, 200.0  # pixels that a card takes on our canvas
_THEIR_WIDTH, _THEIR_HEIGHT = 1.2, 2.0  # how much more room ours take than theirs
_ENDS = ("jump", "end")
_ASKED_ANYHOW = "It had no question before it: write one."


def woven(export: Export) -> Imported:
    """The bot of an export, with one line in the report for each block, event and setting."""
    return _Weaving(export).result()


class _Weaving:
    def __init__(self, export: Export) -> None:
        self._export = export
        named = [(text_of(v.get("id")), text_of(v.get("name"))) for v in export.variables]
        self._desk = Desk(Variables((id_, name) for id_, name in named if name.strip()))
        self._groups = {group.id: group for group in export.groups}
        self._made = {
            block.id: self._make(block) for group in export.groups for block in group.blocks
        }
        self._joined = dict(self._join())
        ids = Ids()
        self._ids = {id_: ids.made(id_, "step") for id_, made in self._made.items() if made.type}
        self._notes = list[Json]()

    def result(self) -> Imported:
        nodes, edges = list[Json](), list[Json]()
        for group in self._export.groups:
            for place, block in enumerate(group.blocks):
                self._place(group, place, block, nodes)
                edges += self._ways(group, place, block)
        start = self._entry(self._export.start) if self._export.start else None
        if start is None and nodes:
            start = nodes[0]["id"]
        if start is None:
            start = "hello"
            nodes.append({"id": start, "type": "end", "config": {}, "position": {"x": 0, "y": 0}})
        flow = {
            "id": "main",
            "name": "Main",
            "start": start,
            "triggers": [{"kind": "start"}],
            "nodes": nodes,
            "edges": edges,
            "notes": self._notes,
        }
        bot = {
            "format": "flyt/1",
            "name": self._export.name,
            "language": "en",
            "main": "main",
            "variables": self._variables(),
            "flows": [flow],
        }
        return Imported(bot, tuple(self._report()))

    # Blocks ---------------------------------------------------------------------------------

    def _make(self, block: Block) -> Made:
        maker = _MAKERS.get(block.kind)
        if block.kind == "start":
            return Made(None)
        if maker is None:
            return review(f"There is no step for what Typebot calls {block.kind[:60]}.")
        return maker(block, self._desk)

    def _join(self) -> Iterator[tuple[str, str]]:
        """Gives each question the bubble before it for its words; yields bubble and question."""
        for group in self._export.groups:
            for before, block in zip((None, *group.blocks), group.blocks, strict=False):
                made = self._made[block.id]
                if not made.asks:
                    continue
                bubble = self._made[before.id] if before else None
                if before and bubble and bubble.type == "message" and not self._leaves(before):
                    self._made[block.id] = _with_words(made, bubble)
                    self._made[before.id] = Made(None, status=bubble.status, note=bubble.note)
                    yield before.id, block.id
                else:
                    self._made[block.id] = _without_words(made, block)

    def _leaves(self, block: Block) -> bool:
        return (block.id, "") in self._export.ways

    def _place(self, group: Group, place: int, block: Block, nodes: list[Json]) -> None:
        made = self._made[block.id]
        position = {
            "x": round(group.x * _THEIR_WIDTH),
            "y": round(group.y * _THEIR_HEIGHT + place * _BELOW),
        }
        if made.type is None:
            if made.status == "review":
                beside = {"x": position["x"] + _BESIDE, "y": position["y"]}
                self._notes.append(
                    {"text": f"{block.kind}: {made.note}"[:1000], "position": beside}
                )
            return
        kind, config = made.type, made.config
        if made.leads_to:
            target = self._entry(Target(*made.leads_to))
            kind, config = ("jump", {"node": target}) if target else ("end", {})
        node: Json = {"id": self._ids[block.id], "type": kind, "config": config}
        first = all(self._made[b.id].type is None for b in group.blocks[:place])
        if first and group.title and not group.title.startswith("Group #"):
            node["title"] = group.title[:100]
        nodes.append({**node, "position": position})

    # Edges ----------------------------------------------------------------------------------

    def _ways(self, group: Group, place: int, block: Block) -> Iterator[Json]:
        made = self._made[block.id]
        if made.type is None or made.type in _ENDS:
            return
        for part, port in made.ports.items():
            target = self._export.ways.get((block.id, part))
            yield from self._edge(block, port, self._entry(target) if target else None)
        usual = {"condition": "else", "split": ""}.get(made.type, "next")
        onward = self._after(group, place, frozenset())
        if usual:
            yield from self._edge(block, usual, onward)
            return
        led = {port for part, port in made.ports.items() if (block.id, part) in self._export.ways}
        for port in made.ports.values():
            if port not in led:
                yield from self._edge(block, port, onward)

    def _edge(self, block: Block, port: str, target: str | None) -> Iterator[Json]:
        if target:
            yield {"source": self._ids[block.id], "port": port, "target": target}

    def _entry(self, target: Target, seen: frozenset[str] = frozenset()) -> str | None:
        """The first step that stands for something, from there on."""
        group = self._groups.get(target.group)
        if group is None or not group.blocks:
            return None
        ids = [block.id for block in group.blocks]
        place = ids.index(target.block) if target.block in ids else 0
        return self._at(group, place, seen)

    def _at(self, group: Group, place: int, seen: frozenset[str]) -> str | None:
        block = group.blocks[place]
        if block.id in self._ids and self._made[block.id].type:
            return self._ids[block.id]
        return None if block.id in seen else self._after(group, place, seen | {block.id})

    def _after(self, group: Group, place: int, seen: frozenset[str]) -> str | None:
        """What follows a block: where its own edge leads, else the next one in its group."""
        target = self._export.ways.get((group.blocks[place].id, ""))
        if target:
            return self._entry(target, seen)
        return self._at(group, place + 1, seen) if place + 1 < len(group.blocks) else None

    # All else -------------------------------------------------------------------------------

    def _variables(self) -> list[Json]:
        defaults = dict[str, Any]()
        for each in self._export.variables:
            name = self._desk.variables.of(each.get("id"))
            value = each.get("value")
            if name and isinstance(value, str | list) and value:
                defaults[name] = counted(value) if isinstance(value, str) else value
        return [
            {"name": name, **({"default": defaults[name]} if name in defaults else {})}
            for name in self._desk.variables.all()
        ]

    def _report(self) -> Iterator[Entry]:
        for group in self._export.groups:
            for block in group.blocks:
                if block.kind == "start":
                    continue
                made = self._made[block.id]
                step = self._ids.get(self._joined.get(block.id, block.id))
                yield Entry(block.id, block.kind, made.status, made.note, step)
        for event in self._export.events:
            kind = text_of(event.get("type"))
            note = "Nothing starts on this event: add a flow that does."
            yield Entry(text_of(event.get("id")), kind or "event", "review", note)
        for name, note in (
            ("theme", "Its colours are not taken: choose them with the channel."),
            ("settings", "Its settings are not taken: see those of the bot and the channel."),
        ):
            if self._export.parts.get(name):
                yield Entry(name, name, "review", note)


def _with_words(question: Made, bubble: Made) -> Made:
    config = {"text": bubble.config["text"], **question.config}
    notes = " ".join(note for note in (bubble.note, question.note) if note)
    worst = max(bubble.status, question.status, key=("kept", "approximated", "review").index)
    return replace(question, config=config, status=worst, note=notes)


def _without_words(question: Made, block: Block) -> Made:
    shown = text_of(object_of(block.options.get("labels")).get("placeholder"))
    config = {"text": shown.replace("{", "(") or "…", **question.config}
    status = "review" if question.status == "review" else "approximated"
    note = f"{question.note} {_ASKED_ANYHOW}".strip()
    return replace(question, config=config, status=status, note=note)
