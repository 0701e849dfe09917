"""Where a visitor may write something, and what has become of it afterwards."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt

from benchmarks.attacker import Answer, Attacker, in_path

MARKDOWN = MarkdownIt("commonmark")
_PLAIN = {"inline", "paragraph_open", "paragraph_close", "text", "softbreak", "hardbreak"}


def parrot() -> dict[str, Any]:
    """A bot that greets with a variable of the page, and says again whatever it is told."""
    nodes = [
        {"id": "hello", "type": "message", "config": {"text": "Hello {{ said }}"}},
        {"id": "ask", "type": "ask.text", "config": {"text": "What is it?", "variable": "said"}},
        {"id": "echo", "type": "message", "config": {"text": "You said {{ said }}"}},
        {"id": "again", "type": "jump", "config": {"node": "ask"}},
    ]
    order = [node["id"] for node in nodes]
    edges = [
        {"source": source, "port": "next", "target": target} for source, target in pairwise(order)
    ]
    flow = {"id": "main", "start": "hello", "triggers": [{"kind": "start"}]}
    return {
        "format": "flyt/1",
        "name": "Parrot",
        "variables": [{"name": "said"}],
        "flows": [flow | {"nodes": nodes, "edges": edges}],
    }


def plain(markdown: str) -> str | None:
    """The words that Markdown shows, without spaces; None where it shows more than words."""
    words = ""
    for token in MARKDOWN.parse(markdown):
        for part in token.children or [token]:
            if part.type not in _PLAIN and part.type != "text_special":
                return None
            words += part.content if part.type != "inline" else ""
    return without_spaces(words)


def without_spaces(text: str) -> str:
    return "".join(text.split())


@dataclass
class Stand:
    """A bot on a channel, and who speaks to it; ``admin`` holds an owner's key."""

    admin: Attacker
    visitor: Attacker
    bot: str
    channel: str
    key: str
    routes: Iterator[tuple[str, str, list[str]]]  # method, path, names of its query parameters
    conversation: str = ""
    turns: Counter[str] = field(default_factory=Counter[str])

    def some(self, kind: str, many: int, calls: Sequence[Callable[[], object]]) -> None:
        """Makes so many of these calls, beginning where the line before has ended.

        All of them for each line would take hours; so each gets its share of every list.
        """
        for _ in range(many):
            calls[self.turns[kind] % len(calls)]()
            self.turns[kind] += 1

    @property
    def talk(self) -> str:
        return f"/api/v1/chat/conversations/{self.conversation}"

    def open(self, **more: Any) -> Answer:
        """Another conversation, which is talked to from now on where it could be opened."""
        body = {"client_id": secrets.token_hex(16)} | more
        answer = self.visitor.send("POST", f"/api/v1/chat/{self.key}/conversations", body)
        if answer.status == 201:
            opened = answer.json()
            self.conversation, self.visitor.token = opened["conversation_id"], opened["token"]
        return answer

    def say(self, **said: Any) -> Answer:
        body = {"client_id": secrets.token_hex(16)} | said
        return self.visitor.send("POST", f"{self.talk}/messages", body)


# A visitor writes ----------------------------------------------------------------


def echoes(stand: Stand, lines: list[str]) -> None:
    """Each is said; the bot says it again as it was typed, and the transcript holds it."""
    findings = stand.admin.findings
    stand.open()
    for line in lines:
        answer = stand.say(text=line)
        said = [one["text"] for one in answer.json().get("messages", ())]
        if said[1:] != ["What is it?"]:
            continue  # refused, as empty
        findings.shown += 1
        if plain(said[0]) != without_spaces(f"You said {line}"):
            findings.evaluated.append(f"{line!r} was said again as {said[0]!r}")
    heard: list[str] = []
    after = 0
    while True:
        page = stand.visitor.send("GET", f"{stand.talk}/messages?after={after}").json()
        if not page.get("events"):
            break
        heard += [one["text"] for one in page["events"] if one["from"] == "visitor"]
        after = page["seq"]
    findings.same("the transcript", lines, heard)


def other_words(stand: Stand, line: str) -> None:
    """The other members of a message, and the calls beside it."""
    short, say = line[:200], stand.say

    def call(what: str, body: Any) -> Answer:
        return stand.visitor.send("POST", f"{stand.talk}/{what}", body)

    def get(target: str, since: str = "") -> Answer:
        return stand.visitor.send("GET", target, last_event_id=since)

    stand.some("words", 3, [
        partial(say, value=line),
        partial(say, choice=line[:256]),
        partial(say, text="a", client_id=line[:128]),
        partial(say, files=[line[:64]]),
        partial(call, "rating", {"score": 1, "comment": line}),
        partial(get, f"/api/v1/chat/{stand.key}/suggest?q={in_path(line)}"),
        partial(say, value={line: [line]}),
        partial(say, choices=[line[:256], line[:256]]),
        partial(say, text="a", input_token=short),
        partial(get, f"{stand.talk}/messages?after={in_path(line)}"),
        partial(get, f"{stand.talk}/stream?after={in_path(line)}x"),
        partial(get, f"{stand.talk}/stream", f"{line}x"),
        partial(say, text=[line]),
        partial(say, **{line: line}),
        partial(call, "typing", {"typing": line}),
        partial(call, "read", {"seq": line}),
        partial(call, "rating", {"score": line}),
        partial(call, f"messages?wait={in_path(line)}", line),
    ])  # fmt: skip


def openings(stand: Stand, line: str) -> None:
    """What a page tells at the beginning is kept, greeted with, and never evaluated."""
    short, findings = line[:200], stand.admin.findings
    identity = {"id": short, "name": short, "email": short, "phone": short, "proof": short}
    stand.some("openings", 1, [
        partial(stand.open, identity=identity),
        partial(stand.open, visitor_id=short),
        partial(stand.open, page=line[:2048]),
        partial(stand.open, variables={line: line}),
        partial(stand.open, locale=line[:35]),
        partial(stand.open, timezone=short),
        partial(stand.open, client_id=line[:128]),
    ])  # fmt: skip
    page = {"url": line, line: line}
    answer = stand.open(variables={"said": line}, page=page)
    if answer.status != 201:
        findings.changed.append(f"an opening with {line!r} was refused: {answer.content[:200]!r}")
        return
    findings.shown += 1
    said = answer.json()["messages"][0]["text"]
    if plain(said) != without_spaces(f"Hello {line}"):
        findings.evaluated.append(f"{line!r} was greeted as {said!r}")
    about = stand.admin.send("GET", f"/api/v1/conversations/{stand.conversation}/about").json()
    findings.same("variables", {"said": line}, about.get("variables"))
    findings.same("page", page, about.get("attributes", {}).get("page"))


def some_files(stand: Stand, line: str) -> None:
    stand.some("files", 1, [partial(files, stand, line, line.encode()), *[int] * 3])


def files(stand: Stand, name: str, content: bytes) -> None:
    """A file with any name and any content comes back as bytes to be saved, never as a page."""
    findings, visitor = stand.admin.findings, stand.visitor
    answer = visitor.upload(f"{stand.talk}/files", name, content)
    if answer.status != 201:
        return
    file = answer.json()["id"]
    stand.say(files=[file])
    link = visitor.send("GET", f"{stand.talk}/files/{file}").json().get("url", "/files/none")
    given = visitor.send("GET", link)
    findings.same("a file", content, given.content)
    disposition = given.headers.get("content-disposition", "")
    findings.same("how a file is given", "attachment", disposition.partition(";")[0])
    findings.same("how a file is shown", "nosniff", given.headers.get("x-content-type-options"))
