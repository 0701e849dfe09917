"""Sends what no client would, and looks at each answer: refusals are problems, nothing breaks."""

from __future__ import annotations

import http.client
import json
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

PATIENCE = 60  # seconds for one answer
TOLD = 500  # characters of what is wrong
_INSIDES = (b"Traceback (most recent call last)", b'File "/', b"psycopg.", b"asyncpg.", b"sqlalche")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Findings:
    """What was wrong, by kind, and how much was looked at."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    broken: list[str] = field(default_factory=list[str])  # 5xx, or no answer at all
    unexplained: list[str] = field(default_factory=list[str])  # a refusal that is no problem
    insides: list[str] = field(default_factory=list[str])  # an answer that tells of our code
    kept: int = 0  # texts that were read again
    changed: list[str] = field(default_factory=list[str])
    shown: int = 0  # texts that a bot said again
    evaluated: list[str] = field(default_factory=list[str])
    slowest: float = 0.0  # seconds of an expression
    slow: list[str] = field(default_factory=list[str])

    def same(self, where: str, sent: Any, found: Any) -> None:
        """What was accepted is kept as it was sent."""
        self.kept += 1
        if sent != found:
            self.changed.append(f"{where}: {sent!r} became {found!r}"[:TOLD])


class Attacker:
    """One keep-alive connection and whom it pretends to be."""

    def __init__(self, url: str, findings: Findings, token: str = "") -> None:
        self.url, self.findings, self.token = url, findings, token
        self._connection = self._new()

    def _new(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)

    def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        content: bytes | None = None,
        kind: str = "application/json",
        **headers: str,
    ) -> Answer:
        """``target`` is sent as it stands; ``headers`` may hold anything but the ends of lines."""
        if body is not None:
            content = json.dumps(body).encode()
        told: dict[str, bytes] = {"authorization": f"Bearer {self.token}".encode()}
        told |= {"content-type": _header(kind)} if content is not None else {}
        told |= {name.replace("_", "-"): _header(value) for name, value in headers.items()}
        where = f"{method} {target} {(content or b'')[:200]!r} {headers}"[:TOLD]
        try:
            answer = self._exchange(method, target, content, told)
        except OSError as error:
            self.findings.broken.append(f"{where}: {error!r}")
            self._connection = self._new()
            return Answer(0, http.client.HTTPMessage(), b"{}")
        self._look(where, answer)
        return answer

    def _exchange(
        self, method: str, target: str, content: bytes | None, headers: dict[str, bytes]
    ) -> Answer:
        for again in (True, False):
            try:
                self._connection.request(method, target, content, headers)
                answer = self._connection.getresponse()
                return Answer(answer.status, answer.headers, answer.read())
            except (http.client.HTTPException, ConnectionError) as error:
                self._connection.close()  # a connection that was kept too long
                if not again:
                    raise OSError(repr(error)) from error
        raise AssertionError

    def _look(self, where: str, answer: Answer) -> None:
        findings = self.findings
        findings.requests += 1
        findings.statuses[answer.status] += 1
        if answer.status >= 500:
            findings.broken.append(f"{where}: {answer.status} {answer.content[:200]!r}")
        elif answer.status >= 400 and not (_is_problem(answer) or _is_page(where, answer)):
            findings.unexplained.append(f"{where}: {answer.status} {answer.content[:200]!r}")
        if any(word in answer.content for word in _INSIDES) and b"Traceback" not in where.encode():
            findings.insides.append(f"{where}: {answer.content[:200]!r}")

    def upload(self, target: str, name: str, content: bytes) -> Answer:
        edge = secrets.token_hex(12)
        named = name.replace("\\", "\\\\").replace('"', '\\"')
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{named}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.send("POST", target, content=body, kind=f"multipart/form-data; boundary={edge}")


def in_path(line: str) -> str:
    """As one segment of an address."""
    return quote(line, safe="")


def raw(line: str) -> str:
    """As much of it as a request line can hold, so that dots and slashes stay."""
    return quote(line, safe="/%.:?=&;@\\~!*'()[]$,+#{}|<>\"`^")


def _header(value: str) -> bytes:
    """What HTTP ends a line with is left out; all else is sent as bytes."""
    return value.replace("\r", " ").replace("\n", " ").replace("\0", " ").encode().strip()


def _is_page(where: str, answer: Answer) -> bool:
    """What stands in a visitor's window is told to people."""
    return where.startswith("GET /chat/") and answer.headers.get_content_type() == "text/html"


def _is_problem(answer: Answer) -> bool:
    if answer.headers.get_content_type() != "application/problem+json":
        return False
    problem = answer.json()
    return problem["status"] == answer.status and bool(problem["title"] and problem["detail"])
