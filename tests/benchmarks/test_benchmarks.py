"""What the benchmark says of its figures, and that the plain program under it holds the talk."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks import report
from benchmarks.floor.interpreter import Flow, advance
from benchmarks.load import Round, Run
from benchmarks.measure import cpu_seconds
from benchmarks.talk import document, exchanges

FLOOR = Run("floor", 16, 1000, 2000.0, 6.0, 10.0, server_ms=0.3, services_ms=0.2, memory_mb=60)
FLYT = replace(FLOOR, subject="flyt", server_ms=0.35, p95_ms=12.0)
LANGGRAPH = replace(FLOOR, subject="langgraph", server_ms=4.0, services_ms=1.0)
ROUND = Round(FLOOR, FLYT, FLOOR, LANGGRAPH)


def test_targets_are_judged_by_the_median_of_the_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    slow = replace(ROUND, flyt=replace(FLYT, server_ms=2.0))
    judged = report.verdicts({16: [ROUND, slow, ROUND]})
    assert [verdict.met for verdict in judged] == [True, True, True]
    assert judged[0].measured == "1.10 [1.10–4.40] ×"
    assert report.conclude(judged)
    assert "MISSED" not in capsys.readouterr().out


def test_a_missed_target_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    slow = replace(ROUND, flyt=replace(FLYT, server_ms=1.0, p95_ms=16.0))
    judged = report.verdicts({16: [slow]})
    assert [verdict.met for verdict in judged] == [False, False, False]
    assert not report.conclude(judged)
    assert "3 of 3 TARGETS MISSED" in capsys.readouterr().out


def test_the_table_has_a_line_for_each_server_and_level() -> None:
    lines = report.table({16: [ROUND], 1: [ROUND]}).splitlines()
    assert [line.split()[1] for line in lines[2:]] == ["floor", "flyt", "langgraph"] * 2


def test_cpu_time_counts_children_that_have_ended() -> None:
    burn = "import time; u = time.process_time() + 0.1\nwhile time.process_time() < u: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); input()"
    command = [sys.executable, "-c", f"{code}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        while cpu_seconds([process.pid]) < 0.1:
            assert process.poll() is None
        process.communicate(b"\n")


def test_the_floor_holds_the_talk() -> None:
    flow, state = Flow(document()), {}
    for exchange in exchanges(1):
        heard = None if exchange.posts is None else next(iter(exchange.posts.values()))
        assert advance(flow, state, heard) == (exchange.replies, exchange.status == "ended")
