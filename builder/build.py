"""Builds the front: `python -m builder.build`. Does nothing when nothing changed since the last.

Needs npm's registry and the node that comes from PyPI; what it makes is served without either.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from builder.paths import CLIENT, ROOT, STAMP

_FOLDERS = ("builder", "reflex.lock")
_KINDS = (".py", ".tsx", ".ts", ".css", ".svg", ".json")
_ADDRESS = re.compile(r"[`\"'](ws|http)s?://same-origin\.invalid(/[^`\"']*)?[`\"']")
# What Reflex says when it has done a part, and the sentence for the part that follows.
_PROGRESS = {
    "Initialized builder": "Drawing the pages",
    "Compiling:": "Installing packages and bundling",
}


class BuildFailed(RuntimeError):
    """The front could not be built; the message ends with what the tools said."""


def fresh() -> bool:
    """Whether the built front belongs to the sources as they are now."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """A hash of everything the front is made of: our sources, npm's lock, Reflex itself."""
    digest = hashlib.sha256(version("reflex").encode())
    for file in _inputs():
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def build() -> None:
    """Compiles the pages, bundles them, and marks the result. Raises BuildFailed."""
    STAMP.unlink(missing_ok=True)
    _export()
    make_same_origin(CLIENT)
    STAMP.write_text(fingerprint())


def make_same_origin(client: Path) -> None:
    """Puts the page's own origin in place of the address that Reflex writes into one chunk.

    The build then works on any host and port, behind any proxy.
    """
    chunks = list(client.rglob("reflex-env-*.js"))
    if not chunks:
        raise BuildFailed(f"no chunk with the addresses in {client}: has Reflex changed its build?")
    for chunk in chunks:
        chunk.write_text(_ADDRESS.sub(_own_address, chunk.read_text()))
        chunk.with_name(f"{chunk.name}.gz").unlink(missing_ok=True)


def _own_address(match: re.Match[str]) -> str:
    origin = "location.origin.replace(/^http/,`ws`)" if match[1] == "ws" else "location.origin"
    return f"({origin}+`{match[2] or ''}`)"


def _inputs() -> Iterator[Path]:
    yield ROOT / "rxconfig.py"
    for folder in _FOLDERS:
        yield from sorted(
            file
            for file in (ROOT / folder).rglob("*")
            if file.suffix in _KINDS and "__pycache__" not in file.parts
        )


def _export() -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout or ():
        said.append(line)
        _show_progress(line)
    if process.wait() != 0:
        raise BuildFailed("".join(said[-80:]).strip() or f"exit code {process.returncode}")


def _show_progress(line: str) -> None:
    for sign, sentence in _PROGRESS.items():
        if sign in line:
            _say(f"  {sentence} …")


def _environment() -> dict[str, str]:
    """Node and npm from beside this Python; npm's own choice of registry, kept out of the lock."""
    scripts = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}",
        "COLUMNS": "200",  # what the tools say is not broken into short lines
        "NPM_CONFIG_REGISTRY": _registry(scripts),
        "NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED": "true",
        "NPM_CONFIG_AUDIT": "false",
        "NPM_CONFIG_FUND": "false",
        "REFLEX_USE_NPM": "true",
        "REFLEX_DIR": str(ROOT / ".web" / "reflex"),
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
    }


def _registry(scripts: Path) -> str:
    """The registry npm is set to; Reflex would otherwise look for one by itself."""
    command = [scripts / "npm", "config", "get", "registry"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildFailed(f"npm does not run ({error}): install requirements.lock again") from error
    return found.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds the front of the builder.")
    parser.add_argument("--force", action="store_true", help="even where nothing changed")
    if not parser.parse_args().force and fresh():
        return 0
    began = time.monotonic()
    _say("Building the front …")
    try:
        build()
    except BuildFailed as failure:
        sys.stderr.write(f"error: the front could not be built\n{failure}\n")
        return 1
    _say(f"The front is built ({time.monotonic() - began:.0f} s)")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
