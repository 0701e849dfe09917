"""Settings: every name is read, every bad value is named with its mend."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runtime.settings import ObjectStore, Settings, SettingsError

SERVICES = {"DATABASE_URL": "postgresql://flyt_app:word@db/flyt", "REDIS_URL": "redis://cache:6379"}


@pytest.fixture
def read(tmp_path: Path):
    def read(**given: str) -> Settings:
        return Settings.from_env(
            {"FLYT_DATA": str(tmp_path / "data"), **SERVICES, **given}, tmp_path
        )

    return read


def test_what_nobody_set_has_a_working_default(read, tmp_path):
    settings = read()
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 2)
    assert settings.public_url == "http://localhost:8000"
    assert settings.files == tmp_path / "data" / "files"
    assert settings.log_dir == tmp_path / "logs"
    assert settings.database_owner_url == settings.database_url


def test_the_environment_wins_over_the_file_and_both_are_told_apart(read, tmp_path):
    (tmp_path / ".env").write_text("FLYT_PORT=9000\nFLYT_WORKERS=3\n")
    settings = read(FLYT_PORT="9001")
    assert (settings.port, settings.workers) == (9001, 3)
    assert settings.sources["FLYT_PORT"] == "FLYT_PORT in the environment"
    assert settings.sources["FLYT_WORKERS"] == "FLYT_WORKERS in .env"


def test_the_short_name_of_the_database_works_and_is_reported(read):
    settings = read(DATABASE_URL="", DB_URL="postgres://flyt_app:x@db/other")
    assert settings.database_url == "postgresql://flyt_app:x@db/other"
    assert settings.sources["DATABASE_URL"] == "DB_URL in the environment"


def test_one_address_of_an_owner_gives_the_application_a_role_of_its_own(read):
    settings = read(DATABASE_URL="postgresql+psycopg://boss:word@db:5433/flyt?sslmode=require")
    assert settings.database_owner_url == "postgresql://boss:word@db:5433/flyt?sslmode=require"
    assert settings.database_url.startswith("postgresql://flyt_app:")
    assert settings.database_url.endswith("@db:5433/flyt?sslmode=require")
    assert (
        settings.database_url
        == read(DATABASE_URL="postgresql://x:y@db:5433/flyt?sslmode=require").database_url
    )


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("DATABASE_URL", "mysql://db/flyt", "postgresql://"),
        ("REDIS_URL", "cache:6379", "redis://"),
        ("FLYT_PORT", "http", "1 to 65535"),
        ("FLYT_PORT", "70000", "1 to 65535"),
        ("FLYT_WORKERS", "0", "1 to 64"),
        ("FLYT_PUBLIC_URL", "bots.firm.test", "https://"),
        ("FLYT_ASSET_URL", "//cdn", "https://"),
        ("FLYT_SECRET_KEY", "tiny", "secrets.token_hex"),
        ("FLYT_PLUGINS", "my plugin", "module names"),
        ("FLYT_KNOWLEDGE_NETWORKS", "our office", "10.0.0.0/8"),
        ("SENTRY_DSN", "key", "https://"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "https://"),
        ("AI_PROVIDER", "gpt", "ollama, yandex, sber, openai, anthropic"),
    ],
)
def test_a_bad_value_is_named_with_its_mend(read, name, value, mend):
    with pytest.raises(SettingsError) as error:
        read(**{name: value})
    assert str(error.value).startswith(f"{name} in the environment can't be used: ")
    assert mend in str(error.value)
    assert value not in str(error.value)  # it may hold a password


def test_the_first_owner_needs_both_names(read):
    with pytest.raises(SettingsError, match="FLYT_ADMIN_EMAIL and FLYT_ADMIN_PASSWORD"):
        read(FLYT_ADMIN_EMAIL="a@example.org")


def test_without_services_the_mend_is_told(read):
    with pytest.raises(SettingsError, match="start one, or set DATABASE_URL"):
        read(DATABASE_URL="")


def test_the_addresses_of_a_running_supervisor_are_found(read, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "services.json").write_text('{"REDIS_URL": "redis://running"}')
    settings = read(REDIS_URL="")
    assert settings.redis_url == "redis://running"
    assert settings.sources["REDIS_URL"] == "REDIS_URL in the running flyt run"


def test_a_bucket_needs_its_keys(read):
    with pytest.raises(SettingsError, match="S3_ACCESS_KEY"):
        read(FLYT_FILES="s3://uploads")
    store = read(FLYT_FILES="s3://uploads", S3_ACCESS_KEY="who", S3_SECRET_KEY="word").files
    assert store == ObjectStore("uploads", None, "us-east-1", "who", "word")


def test_a_secret_key_is_made_once_and_only_its_owner_may_read_it(read, tmp_path):
    first = read().secret_key
    assert len(first) == 64
    assert read().secret_key == first
    mode = (tmp_path / "data" / "secret.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_keys_of_outside_services_are_kept_but_never_shown(read):
    settings = read(OPENAI_API_KEY="sk-very-secret", TWILIO_WHATSAPP_NUMBER="+4712345678")
    assert settings.services["OPENAI_API_KEY"] == "sk-very-secret"
    assert "very-secret" not in repr(settings)
    assert "word" not in repr(settings)
    assert {"sk-very-secret", "word", settings.secret_key} <= settings.secrets()
