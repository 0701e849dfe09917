"""TypeScript under one set of strict flags, `tsconfig.json`: the builder's, the widget's, tests'.

The compiler is a package of the widget's lock, React's types are in the front's: both are installed
here where they are missing or of another lock.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from builder import build
from builder.paths import ROOT, WEB

WIDGET = ROOT / "widget"
COMPILER = [Path(sys.executable).with_name("node"), WIDGET / "node_modules/typescript/bin/tsc"]
PROJECTS = [ROOT / "tsconfig.json", WIDGET / "tsconfig.json"]
INSTALLED, LOCK = WEB / "package-lock.json", ROOT / "reflex.lock" / "package-lock.json"

pytestmark = pytest.mark.timeout(600)  # a fresh checkout builds the front first


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    subprocess.run([sys.executable, WIDGET / "build.py"], check=True)
    if not INSTALLED.exists() or INSTALLED.read_bytes() != LOCK.read_bytes():
        build.build()


@pytest.mark.parametrize("project", PROJECTS, ids=["builder", "widget"])
def test_types(project: Path) -> None:
    said = compiler("--project", project)
    assert said.returncode == 0, said.stdout


def test_no_file_is_left_out() -> None:
    listed = [compiler("--project", each, "--listFilesOnly").stdout for each in PROJECTS]
    checked = {Path(line) for line in "\n".join(listed).splitlines()}
    ours = {
        file
        for folder in ("builder", "tests", "widget/src", "widget/test")
        for kind in ("*.ts", "*.tsx")
        for file in (ROOT / folder).rglob(kind)
    }
    assert len(ours) > 100
    assert ours - checked == set()


def test_no_finding_is_hushed() -> None:
    """`any` and the comments that switch the compiler off would let through what it is for."""
    hushed = re.compile(r"@ts-\w+|\bas any\b|<any\b|: any(?=[;,)=\[])")
    found = [
        f"{file.relative_to(ROOT)}: {word}"
        for folder in ("builder", "widget/src")
        for file in (ROOT / folder).rglob("*.ts*")
        for word in hushed.findall(file.read_text())
    ]
    assert found == []


def compiler(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*COMPILER, *arguments, "--pretty", "false"]
    return subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
