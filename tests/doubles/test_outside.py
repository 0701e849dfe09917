"""The outside service itself: what it honours, and that its memory survives its death."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from runtime.processes import begin, end, free_port


@contextmanager
def outside(state: Path) -> Iterator[httpx.Client]:
    port = free_port()
    command = [sys.executable, "-m", "tests.doubles.outside", f"--port={port}", f"--state={state}"]
    process = begin(command, folder=Path(__file__).parents[2])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            _until_it_answers(client)
            yield client
    finally:
        end(process, 9)


def _until_it_answers(client: httpx.Client) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            client.get("/calls")
            return
    raise TimeoutError("the outside service did not start")


def _ask(client: httpx.Client, path: str, key: str, number: int) -> httpx.Response:
    return client.post(path, json={"number": number}, headers={"Idempotency-Key": key})


def test_a_key_answers_the_same_even_after_a_death(tmp_path: Path) -> None:
    with outside(tmp_path / "state") as client:
        first = _ask(client, "/bookings", "k", 1).json()
    with outside(tmp_path / "state") as client:
        assert _ask(client, "/bookings", "k", 2).json() == first == {"reference": "B-1"}
        assert [call["key"] for call in client.get("/calls").json()] == ["k", "k"]


def test_letters_are_sent_as_often_as_they_are_asked_for(tmp_path: Path) -> None:
    with outside(tmp_path / "state") as client:
        told = [_ask(client, "/letters", "k", number).json()["reference"] for number in (1, 2)]
        assert told == ["L-1", "L-2"]


def test_it_refuses_as_often_as_it_is_told(tmp_path: Path) -> None:
    with outside(tmp_path / "state") as client:
        client.post("/behaviour", json={"failures": 1})
        assert [_ask(client, "/quotes", "k", 1).status_code for _ in range(2)] == [503, 201]
        assert len(client.get("/calls").json()) == 1
