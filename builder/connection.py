"""The builder's pool of database connections."""

from __future__ import annotations

from functools import cache

from runtime.settings import Settings
from storage.database import Database


@cache
def settings() -> Settings:
    return Settings.from_env()


@cache
def database() -> Database:
    """Opened at the first use, closed with the process."""
    return Database(settings().database_url)
