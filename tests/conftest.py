"""Real services for every test that wants them: one PostgreSQL and one Redis for each test run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.folders import settle

# The data of a test run end with it, so nothing need reach the disk; deaths are of processes.
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """Addresses of a migrated database: its owner (no superuser) and the application's role."""

    owner_url: str
    app_url: str


@pytest.fixture(scope="session")
def service_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="flyt-tests-"))
    folder.chmod(0o711)
    real = settle(folder / "data")
    yield real
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(real, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(service_folder: Path) -> Iterator[Postgres]:
    server = EmbeddedPostgres(service_folder / "postgres", _THROWAWAY)
    from storage.schema import migrate  # here, for most tests need no database

    server.start()
    migrate(server.owner_url)
    yield Postgres(server.owner_url, server.app_url)
    server.stop()


@pytest.fixture(scope="session")
def redis_url(service_folder: Path) -> Iterator[str]:
    server = EmbeddedRedis(service_folder / "redis")
    server.start()
    yield server.url
    server.stop()
