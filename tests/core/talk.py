"""A few words for driving the interpreter in tests: no store, no clock, no fakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import nodes  # noqa: F401  registers the node types
from runtime.core import session as sessions
from runtime.core.contract import AnyEvent, Chosen, Facts, Started, TimedOut, UserSaid
from runtime.core.document import parse
from runtime.core.interpreter import step
from runtime.core.release import Release
from runtime.core.session import Session, Turn
from runtime.core.timers import due

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


def node(id_: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "config": config}


def flow(id_: str, *parts: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """Nodes, and edges written ``source.port > target`` (``source > target``: port next)."""
    nodes_, edges = [p for p in parts if isinstance(p, dict)], []
    for line in (p for p in parts if isinstance(p, str)):
        left, target = line.split(" > ")
        source, _, port = left.partition(".")
        edges.append({"source": source, "port": port or "next", "target": target})
    return {"id": id_, "start": nodes_[0]["id"], "nodes": nodes_, "edges": edges, **more}


def release(*flows: dict[str, Any], **more: Any) -> Release:
    document = {"format": "flyt/1", "name": "Test", "main": flows[0]["id"], "flows": list(flows)}
    return Release(parse(document | more), 1, "bot")


class Talk:
    """One conversation, its session taken through JSON at every turn."""

    def __init__(self, release_: Release, *, start: bool = True, **facts: Any) -> None:
        self.release, self.now = release_, START
        self.facts = {"conversation": "c", **facts}
        self.session = Session(bot="bot", release=1)
        self.turns: list[Turn] = []
        self.timers: dict[str, tuple[str, datetime]] = {}
        if start:
            self.send(Started())

    def send(self, event: AnyEvent) -> list[str]:
        facts = Facts(turn=len(self.turns) + 1, **self.facts)
        turn = step(self.session, event, facts, self.release, self.now)
        assert step(self.session, event, facts, self.release, self.now) == turn
        self.session = sessions.load(sessions.dump(turn.session))
        assert self.session == turn.session
        for slot in turn.drop_timers:
            self.timers.pop(slot, None)
        for timer in turn.set_timers:
            self.timers[timer.slot] = (timer.token, timer.due)
        assert self.timers == {t.slot: (t.token, t.due) for t in due(self.session)}
        self.turns.append(turn)
        return [message.text for message in turn.messages]

    def say(self, text: str, **more: Any) -> list[str]:
        return self.send(UserSaid(text, **more))

    def choose(self, *ids: str, token: str | None = None) -> list[str]:
        return self.send(Chosen(ids, token))

    def wait(self, **duration: float) -> list[str]:
        """Move the clock and fire what is due on the way, each at its own time."""
        end, said = self.now + timedelta(**duration), list[str]()
        while self.timers:
            slot, (token, moment) = min(self.timers.items(), key=lambda item: item[1][1])
            if moment > end:
                break
            self.now = max(self.now, moment)
            said += self.send(TimedOut(slot, token))
        self.now = end
        return said

    @property
    def last(self) -> Turn:
        return self.turns[-1]

    @property
    def vars(self) -> dict[str, Any]:
        return self.session.vars

    @property
    def status(self) -> str:
        return self.session.status
