"""The widget's own tests, by the node that comes with the environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

WIDGET = Path(__file__).parents[2] / "widget"
SCRIPTS = Path(sys.executable).parent


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Also installs what the tests need; fails where that can't be done."""
    done = run(sys.executable, "build.py")
    assert done.returncode == 0, done.stdout


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=WIDGET,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_units() -> None:
    done = run(SCRIPTS / "node", "--test", "--test-reporter=tap", "test/*.test.ts")
    assert done.returncode == 0, done.stdout[-5000:]
    counted = re.search(r"^# pass (\d+)$", done.stdout, re.M)
    assert counted
    assert int(counted[1]) >= 40


def test_a_widget_that_is_too_heavy_is_not_built(tmp_path: Path) -> None:
    """The budget is part of the build: with a smaller one it fails and says what is too heavy."""
    script = (WIDGET / "build.mjs").read_text()
    tight = WIDGET / "build-tight.mjs"
    tight.write_text(script.replace("start: 30_000", "start: 10_000"))
    try:
        done = run(SCRIPTS / "node", tight, tmp_path / "out")
    finally:
        tight.unlink()
    assert done.returncode == 1
    assert "error: what opens the chat" in done.stdout
    assert not (tmp_path / "out").exists()


def test_the_lock_names_no_registry() -> None:
    lock = (WIDGET / "package-lock.json").read_text()
    assert "resolved" not in lock
