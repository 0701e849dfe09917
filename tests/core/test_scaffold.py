from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.scaffold import CannotScaffold, scaffold

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path):
    """A copy of the node types and their tests."""
    for folder in ("nodes", "tests/nodes"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__*__"))
    shutil.copy(ROOT / "nodes/__init__.py", tmp_path / "nodes")
    (tmp_path / "tests/core").mkdir()
    for helper in ("context.py", "talk.py"):
        shutil.copy(ROOT / "tests/core" / helper, tmp_path / "tests/core")
    (tmp_path / "runtime").symlink_to(ROOT / "runtime")
    return tmp_path


def run(folder, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_new_nodes_pass_their_own_tests_the_contract_and_the_linter(checkout):
    written = [*scaffold("ask.colour", checkout), *scaffold("crm.big_deal", checkout)]
    assert [str(path.relative_to(checkout)) for path in written] == [
        "nodes/ask_colour.py",
        "tests/nodes/test_ask_colour.py",
        "nodes/crm_big_deal.py",
        "tests/nodes/test_crm_big_deal.py",
    ]
    run(checkout, "pytest", "-q", "-p", "no:cacheprovider", *map(str, written[1::2]),
        "tests/nodes/test_contract.py")  # fmt: skip
    config = ("--config", str(ROOT / "pyproject.toml"), "--no-cache")
    run(checkout, "ruff", "check", *config, *map(str, written))
    run(checkout, "ruff", "format", "--check", *config, *map(str, written))


def test_what_exists_is_left_alone(tmp_path):
    scaffold("ask.colour", tmp_path)
    before = (tmp_path / "nodes/ask_colour.py").read_text()
    for name in ("ask.colour", "ask.text", "message"):
        with pytest.raises(CannotScaffold, match="already"):
            scaffold(name, tmp_path)
    assert (tmp_path / "nodes/ask_colour.py").read_text() == before


@pytest.mark.parametrize("name", ["", "Ask.Colour", "ask colour", "../evil", "a.b.c", "1st", "é"])
def test_names_that_are_no_type(name, tmp_path):
    with pytest.raises(CannotScaffold, match=r"like ask\.colour"):
        scaffold(name, tmp_path)
    assert list(tmp_path.iterdir()) == []
