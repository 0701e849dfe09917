"""What import-linter can't say: the core imports no module of the shell that surrounds it."""

from __future__ import annotations

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
