"""What import-linter can't say: the core imports nothing of the shell, a new process little."""

from __future__ import annotations

import os
import subprocess
import sys

import grimp

# What takes megabytes, or seconds, and most processes that serve visitors never need.
HEAVY = {
    "PIL", "anthropic", "dateparser", "networkx", "numpy", "onnxruntime", "openai", "openpyxl",
    "pymupdf", "re2", "reflex", "rq", "selectolax", "tokenizers", "websockets", "wsproto",
    "runtime.api.admin", "runtime.api.auth", "runtime.api.people",
}  # fmt: skip
SERVING = """
import sys
import runtime.cli, runtime.web
from runtime.app import create_api
from runtime.plugins import load
from runtime.settings import Settings

load(())
api = create_api(Settings.from_env({{
    "DATABASE_URL": "postgresql://nobody@127.0.0.1/none", "REDIS_URL": "redis://127.0.0.1:1/0",
    "FLYT_SECRET_KEY": "0" * 64,
}}))
{then}
print(*sys.modules)
"""


def loaded(then: str = "") -> set[str]:
    """The modules of a new process that has made the API and done what ``then`` says."""
    command = [sys.executable, "-c", SERVING.format(then=then)]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_a_process_that_serves_visitors_begins_with_nothing_heavy():
    modules = loaded()
    assert "runtime.api.chat" in modules
    assert modules & HEAVY == set()


def test_the_calls_of_people_are_added_when_they_are_needed():
    modules = loaded("api.complete()")
    assert {"runtime.api.people", "runtime.api.admin.bots", "runtime.api.auth"} <= modules


def test_the_core_imports_nothing_of_the_shell():
    graph = grimp.build_graph("runtime")
    core = {name for name in graph.modules if name.startswith("runtime.core")}
    assert len(core) > 5
    foreign = {
        (module, imported)
        for module in core
        for imported in graph.find_modules_directly_imported_by(module)
        if imported not in core
    }
    assert foreign == set()


def test_numpy_counts_on_one_thread_whoever_loads_it():
    """Processes share the cores: threads that wait for each other took ten times the CPU."""
    script = """
import runtime, numpy, os
square = numpy.ones((400, 400), numpy.float32)
square @ square
print(len(os.listdir("/proc/self/task")))
"""
    unset = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, env=unset, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1"
