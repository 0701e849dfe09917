"""The knowledge API as a page sees it: it answers as docs/admin.md says, and reads nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route

ROOT = "/api/v1/knowledge/"
THEN, SOON = "2026-11-20T09:00:00Z", "2026-11-22T09:00:00Z"

WORDS = {
    "name": "words",
    "label": "Words",
    "size": 256,
    "languages": ["every"],
    "semantic": False,
    "available": True,
    "note": "Finds the words of a question and their other forms. Needs no key.",
}
MEANING = {
    "name": "small",
    "label": "Small model on this machine",
    "size": 384,
    "languages": ["en", "de"],
    "semantic": True,
    "available": True,
    "note": "Needs no key.",
}
KEYED = {
    "name": "provider",
    "label": "Model of a provider",
    "size": 1536,
    "languages": ["every"],
    "semantic": True,
    "available": False,
    "note": "Needs a provider with a key under AI models.",
}

Row = dict[str, Any]
Answer = tuple[int, Any]


class Knowledge:
    """Put before a page, it answers all that the page asks of the knowledge API.

    A source with ``steps`` takes the next of them each time it is looked at. ``refuse`` answers the
    next call that fits with a problem.
    """

    def __init__(self) -> None:
        self.collections: list[Row] = []
        self.sources: list[Row] = []
        self.documents: dict[str, Row] = {}
        self.versions: dict[str, list[Row]] = {}
        self.embedders = [WORDS, MEANING, KEYED]
        self.passages: list[Row] = []
        self.calls: list[tuple[str, str, Any]] = []
        self.refusals: list[tuple[str, str, int, str]] = []
        self._numbers = itertools.count(1)

    def before(self, page: Page) -> None:
        page.route(f"**{ROOT}**", self._route)

    def collection(self, name: str, **fields: Any) -> Row:
        made = {
            "id": self._id("c"),
            "name": name,
            "embedder": "words",
            "next_embedder": None,
            "embedding": None,
            "sources": 0,
            "documents": 0,
            "chunks": 0,
            "version": 1,
            "confidential": False,
        }
        self.collections.append(made | fields)
        return self.collections[-1]

    def source(
        self,
        kind: str,
        title: str,
        collection: str = "General",
        steps: Sequence[Row] = (),
        **fields: Any,
    ) -> Row:
        home = next((each for each in self.collections if each["name"] == collection), None)
        home = home or self.collection(collection)
        made = {
            "id": self._id("s"),
            "kind": kind,
            "title": title,
            "collection": {"id": home["id"], "name": home["name"]},
            "status": "ready",
            "progress": {},
            "report": {"added": 1, "changed": 0, "removed": 0, "unchanged": 0, "notes": []},
            "error": None,
            "documents": 1,
            "chunks": 8,
            "errors": [],
            "settings": {},
            "every": None,
            "read_at": THEN,
            "next_at": None,
            "created_at": THEN,
            "steps": list(steps),
        }
        self.sources.insert(0, made | fields)
        return self.sources[0]

    def document(self, source: Row, title: str, text: str = "", **fields: Any) -> Row:
        made = {
            "id": self._id("d"),
            "source_id": source["id"],
            "title": title,
            "url": None,
            "language": "en",
            "version": 1,
            "status": "ready",
            "error": None,
            "kind": source["kind"],
            "pages": None,
            "text": text,
        } | fields
        self.documents[made["id"]] = made
        self.versions[made["id"]] = [_version(1, "system", text)]
        return made

    def revise(self, document: Row, text: str, author: str, note: str = "") -> None:
        """Makes a further version of a document."""
        for each in self.versions[document["id"]]:
            each["current"] = False
        document["version"] += 1
        document["text"] = text
        made = _version(document["version"], author, text, note)
        self.versions[document["id"]].append(made)

    def refuse(self, method: str, path: str, status: int, detail: str) -> None:
        self.refusals.append((method, path, status, detail))

    def sent(self, method: str, path: str) -> list[Any]:
        """The bodies of such calls."""
        return [body for made, to, body in self.calls if made == method and to == path]

    def _id(self, letter: str) -> str:
        return f"{letter}{next(self._numbers)}"

    def _route(self, route: Route) -> None:
        request = route.request
        address = urlsplit(request.url)
        path = address.path.removeprefix(ROOT)
        body = _body(request)
        self.calls.append((request.method, path, body))
        for refusal in self.refusals:
            method, refused, status, detail = refusal
            if method == request.method and path.startswith(refused):
                self.refusals.remove(refusal)
                return route.fulfill(status=status, json={"detail": detail})
        status, answer = self._answer(request.method, path.split("/"), body, address.query)
        if answer is None and status == 204:
            return route.fulfill(status=204)
        return route.fulfill(status=status, json=answer)

    def _answer(self, method: str, path: list[str], body: Any, query: str) -> Answer:
        match method, path:
            case "GET", ["collections"]:
                return 200, _page(list(self._moving(self.collections)))
            case "POST", ["collections"]:
                return 201, self.collection(body["name"])
            case _, ["collections", id_]:
                return self._collection(method, _of(self.collections, id_), body)
            case "GET", ["sources"]:
                return 200, self._sources(query)
            case "POST", ["sources"]:
                return 202, self._added(body)
            case "POST", ["sources", id_, "read"]:
                _of(self.sources, id_)["status"] = "queued"
                return 202, _of(self.sources, id_)
            case "GET", ["sources", id_, "documents"]:
                found = [each for each in self.documents.values() if each["source_id"] == id_]
                return 200, _page(found)
            case _, ["sources", id_]:
                return self._source(method, _of(self.sources, id_), body)
            case "POST", ["search"]:
                return 200, {"passages": self.passages}
            case "GET", ["embedders"]:
                return 200, self.embedders
            case _, ["documents", id_, *rest]:
                return self._document(method, self.documents.get(id_, {}), rest, body)
            case _:
                return 404, {"detail": "There is nothing at this address."}

    def _collection(self, method: str, found: Row, body: Any) -> Answer:
        if method == "DELETE":
            self.collections.remove(found)
            return 204, None
        if "embedder" in body:
            found |= {"next_embedder": body["embedder"], "embedding": {"done": 3, "total": 41}}
        else:
            found |= body
        return 200, found

    def _sources(self, query: str) -> Row:
        start = int(parse_qs(query).get("cursor", ["0"])[0])
        limit = int(parse_qs(query)["limit"][0])
        shown = list(self._moving(self.sources))
        more = str(start + limit) if len(shown) > start + limit else None
        return {"items": shown[start : start + limit], "next": more}

    def _source(self, method: str, found: Row, body: Any) -> Answer:
        if not found:
            return 404, {"detail": "There is no such source."}
        if method == "DELETE":
            self.sources.remove(found)
            return 204, None
        if method == "PATCH" and "collection" in body:
            home = next(each for each in self.collections if each["name"] == body["collection"])
            found["collection"] = {"id": home["id"], "name": home["name"]}
        elif method == "PATCH":
            found |= body
        return 200, next(iter(self._moving([found])))

    def _added(self, body: Any) -> Row:
        queued = {"status": "queued", "read_at": None, "documents": 0, "chunks": 0}
        title = body.get("title") or body.get("url") or "A file"
        kind, home = body.get("kind", "file"), body.get("collection", "General")
        settings = {"url": body.get("url")} | body.get("settings", {})
        return self.source(kind, title, home, settings=settings, **queued)

    def _document(self, method: str, found: Row, rest: list[str], body: Any) -> Answer:
        if not found:
            return 404, {"detail": "There is no such document."}
        versions = self.versions[found["id"]]
        match method, rest:
            case "GET", []:
                return 200, found
            case "PUT", [] if body["version"] != found["version"]:
                return 409, {"detail": "Somebody else changed this document meanwhile."}
            case "PUT", []:
                found |= {key: body[key] for key in ("title", "pairs") if key in body}
                self.revise(found, body.get("text", ""), "user:me", body["note"])
                return 200, found
            case "DELETE", []:
                del self.documents[found["id"]]
                return 204, None
            case "GET", ["versions"]:
                return 200, _page([{**each, "text": None} for each in reversed(versions)])
            case "GET", ["versions", one, "diff", other]:
                texts = {str(each["number"]): each["text"] for each in versions}
                return 200, {"lines": _difference(texts[one], texts[other])}
            case _, ["versions", number, "restore"]:
                old = next(each for each in versions if str(each["number"]) == number)
                self.revise(found, old["text"], "user:me", f"Restored from version {number}")
                return 200, found
            case _:
                return 404, {"detail": "There is nothing at this address."}

    def _moving(self, rows: Sequence[Row]) -> Iterator[Row]:
        for row in rows:
            row.update(row["steps"].pop(0) if row.get("steps") else {})
            yield {key: value for key, value in row.items() if key != "steps"}


def passage(document: Row, text: str, **fields: Any) -> Row:
    usual = {"heading": "", "page": None, "score": 0.5, "url": None, "kind": "text"}
    named = {"source_id": document["source_id"], "document_id": document["id"]}
    return {
        **named, **usual, "title": document["title"], "text": text, "question": None, "fields": {},
        **fields,
    }  # fmt: skip


def reading(done: int, total: int) -> Row:
    progress = {"stage": "reading", "done": done, "total": total}
    return {"status": "working", "progress": progress}


def _version(number: int, author: str, text: str, note: str = "") -> Row:
    made = {"number": number, "author": author, "note": note, "created_at": THEN}
    return {**made, "current": True, "text": text}


def _difference(old: str, new: str) -> list[Row]:
    before, after = old.splitlines(), new.splitlines()
    gone = [{"op": "removed", "text": line} for line in before if line not in after]
    here: Callable[[str], str] = lambda line: "same" if line in before else "added"  # noqa: E731
    return gone + [{"op": here(line), "text": line} for line in after]


def _of(rows: Sequence[Row], id_: str) -> Row:
    return next((each for each in rows if each["id"] == id_), {})


def _page(items: Sequence[Row]) -> Row:
    return {"items": items, "next": None}


def _body(request: Request) -> Any:
    """What was sent as JSON, or the fields of a form with the names of its files."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return json.loads(request.post_data or "null")
    return {}
