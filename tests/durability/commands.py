"""Flyt's own commands, run as a user runs them."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.folders import settle

ROOT = Path(__file__).parents[2]
SLOWING = ("PYTHONDONTWRITEBYTECODE",)  # each start of a process would compile everything anew
PATIENCE = 60.0  # seconds for a server's first answer


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A new folder where PostgreSQL's own user can walk too; it is gone afterwards."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent))
    real = settle(folder)
    try:
        yield real
    finally:
        shutil.rmtree(real, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, postgres: EmbeddedPostgres, redis: EmbeddedRedis) -> dict[str, str]:
    """The environment of an installation whose data are in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if name not in SLOWING}
    return kept | {
        "DATABASE_URL": postgres.app_url,
        "DATABASE_OWNER_URL": postgres.owner_url,
        "REDIS_URL": redis.url,
        "FLYT_DATA": str(folder),
        "FLYT_LOG_DIR": str(folder / "logs"),
        "FLYT_SECRET_KEY": secrets.token_hex(32),
        "FLYT_ADMIN_EMAIL": "owner@example.com",
        "FLYT_ADMIN_PASSWORD": secrets.token_urlsafe(16),
        "PYTHONPATH": str(ROOT),
    }


def flyt(*arguments: str | Path) -> list[str]:
    """The command line of a `flyt` command."""
    return [sys.executable, "-m", "runtime.cli", *map(str, arguments)]


def call(environ: dict[str, str], *arguments: str | Path) -> str:
    """Runs a command to its end; what it prints. Raises `RuntimeError` where it fails."""
    done = subprocess.run(
        flyt(*arguments),
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = " ".join(map(str, arguments))
        raise RuntimeError(f"flyt {words} failed: {done.stdout}{done.stderr}")
    return done.stdout


def prepare(environ: dict[str, str], document: Path) -> str:
    """Migrates the database and publishes a bot; the key of its web channel."""
    call(environ, "migrate")
    told = call(environ, "bots", "push", document, "--publish")
    words = dict(line.split(maxsplit=1) for line in told.splitlines())
    return words["channel"]


def until_it_answers(url: str) -> None:
    """Raises `TimeoutError` after a minute."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"{url} did not answer in {PATIENCE:.0f} s")
