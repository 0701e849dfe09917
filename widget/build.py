"""Builds the chat widget: `python widget/build.py`. Does nothing where nothing changed.

Needs npm's registry and the node that comes from PyPI; what it makes is served without either.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / ".widget"
STAMP = OUT / "built"
LOCK = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / "flyt.lock"  # the lock that node_modules was made from

_NPM = {
    "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
}


class BuildFailed(RuntimeError):
    """The widget could not be built; the message is what the tools said."""


def fresh() -> bool:
    """Whether the built widget belongs to the sources as they are now."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    digest = hashlib.sha256()
    for file in _inputs():
        digest.update(f"\0{file.relative_to(HERE)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def install() -> None:
    """Installs what the lock lists, each package checked by its hash. Raises BuildFailed."""
    if INSTALLED.exists() and INSTALLED.read_bytes() == LOCK.read_bytes():
        return
    _run("npm", "ci")
    INSTALLED.write_bytes(LOCK.read_bytes())


def build() -> str:
    """Bundles the widget and marks the result; what it weighs. Raises BuildFailed."""
    install()
    wanted = fingerprint()
    weight = _run("node", "build.mjs", str(OUT))
    STAMP.write_text(wanted)
    return weight


def _inputs() -> Iterator[Path]:
    yield from (HERE / "build.mjs", HERE / "build.py", HERE / "package.json", LOCK)
    for folder in ("src", "styles"):
        yield from sorted(file for file in (HERE / folder).rglob("*") if file.is_file())


def _run(program: str, *arguments: str) -> str:
    """A program from beside this Python. Raises BuildFailed."""
    scripts = Path(sys.executable).parent
    path = f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [scripts / program, *arguments],
        cwd=HERE,
        env={**os.environ, **_NPM, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildFailed((done.stdout + done.stderr).strip() or f"exit code {done.returncode}")
    return done.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds the chat widget.")
    parser.add_argument("--force", action="store_true", help="even where nothing changed")
    if not parser.parse_args().force and fresh():
        return 0
    began = time.monotonic()
    sys.stdout.write("Building the chat widget …\n")
    sys.stdout.flush()
    try:
        weight = build()
    except (BuildFailed, OSError) as failure:
        sys.stderr.write(f"error: the chat widget could not be built\n{failure}\n")
        return 1
    sys.stdout.write(f"The chat widget is built ({time.monotonic() - began:.0f} s): {weight}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
