"""What import-linter can't say: the core imports no module of the shell that surrounds it."""

from __future__ import annotations

import os
import subprocess
import sys

import grimp


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
