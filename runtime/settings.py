"""What an installation is told by its environment, by `.env`, and by a running `flyt run`."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values

from runtime.folders import location, write_private

# Names that belong to outside services: kept as they are, read by the connector that needs them.
SERVICE_NAMES = (
    "TELEGRAM_BOT_TOKEN",
    "CRM_API_KEY",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "YANDEX_API_KEY",
    "YANDEX_FOLDER_ID",
    "GIGACHAT_CREDENTIALS",
    "GIGACHAT_SCOPE",
    "GIGACHAT_CA_FILE",
    "OLLAMA_BASE_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_WHATSAPP_NUMBER",
    "SHOPIFY_CLIENT_ID",
    "SHOPIFY_CLIENT_SECRET",
)
OWN_NAMES = frozenset(
    f"FLYT_{name}"
    for name in (
        "ADMIN_EMAIL", "ADMIN_PASSWORD", "API_KEY", "ASSET_URL", "CHAT_OPENINGS", "CHAT_POSTS",
        "DATA", "FILES", "HOST", "KNOWLEDGE_NETWORKS", "LOG_DIR", "PLUGINS", "PORT", "PUBLIC_URL",
        "SECRET_KEY", "SUPERVISED", "WORKERS",
    )
)  # fmt: skip
APP_ROLE = "flyt_app"
ALIASES = {"DATABASE_URL": ("DB_URL",)}
AI_PROVIDERS = ("ollama", "yandex", "sber", "openai", "anthropic")
SERVICES_FILE = "services.json"
ServiceLookup = Literal["needed", "database", "found", "ignored"]
Value = TypeVar("Value")


class SettingsError(ValueError):
    """A setting can't be used: the message names it, says why, and gives the mend."""


@dataclass(frozen=True)
class ObjectStore:
    """Where an S3-compatible bucket answers, and the keys for it."""

    bucket: str
    endpoint: str | None
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. `sources` says for each given name where its value came from."""

    data: Path
    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    host: str
    port: int
    public_url: str
    asset_url: str
    plugins: tuple[str, ...]
    admin_email: str | None
    admin_password: str | None = field(repr=False)
    files: Path | ObjectStore
    workers: int
    chat_posts: int  # of one conversation in ten seconds; 0: any number
    chat_openings: int  # from one address on one channel in a minute; 0: any number
    knowledge_networks: tuple[str, ...]  # private ones whose sites may be read
    log_dir: Path
    sentry_dsn: str | None = field(repr=False)
    otlp_endpoint: str | None
    ai_provider: str | None
    services: Mapping[str, str] = field(repr=False)
    supervised: bool
    sources: Mapping[str, str]

    @staticmethod
    def from_env(
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        services: ServiceLookup = "needed",
    ) -> Settings:
        """Reads the environment, then `.env` in `folder` (by default the working folder).

        Without DATABASE_URL or REDIS_URL the addresses of a running `flyt run` are used. Where
        there is none, "needed" raises SettingsError ("database" only for the first) and "found"
        leaves them empty; "ignored" does not even look.
        """
        folder = folder or Path.cwd()
        given = _Given(os.environ if environ is None else environ, folder)
        return _settings(given, folder, services)

    @property
    def listen_url(self) -> str:
        return f"http://{'localhost' if self.host in _LOCAL else self.host}:{self.port}"

    def secrets(self) -> set[str]:
        """Every value that must not appear in a log."""
        addresses = (self.database_url, self.database_owner_url, self.redis_url)
        found = {urlsplit(address).password for address in addresses}
        found |= {self.secret_key, self.admin_password, self.sentry_dsn, *self.services.values()}
        if isinstance(self.files, ObjectStore):
            found |= {self.files.access_key, self.files.secret_key}
        return {value for value in found if value}


_LOCAL = ("127.0.0.1", "0.0.0.0", "localhost", "::")  # noqa: S104  # an address to show


class _Given:
    """Values by name: the environment wins over `.env`, which wins over a running `flyt run`."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        file = {name: value for name, value in dotenv_values(folder / ".env").items() if value}
        self._layers: list[tuple[str, Mapping[str, str]]] = [
            ("the environment", environ),
            (".env", file),
        ]
        self.sources: dict[str, str] = {}

    def add(self, origin: str, values: Mapping[str, str]) -> None:
        self._layers.append((origin, values))

    def text(self, name: str) -> str | None:
        """The first non-empty value of the name or one of its aliases."""
        for origin, values in self._layers:
            for known in (name, *ALIASES.get(name, ())):
                if value := values.get(known, "").strip():
                    self.sources[name] = f"{known} in {origin}"
                    return value
        return None

    def checked(self, name: str, check: Callable[[str], Value], default: Value, mend: str) -> Value:
        """The value as `check` reads it. Raises SettingsError with `mend` where it refuses it."""
        value = self.text(name)
        if value is None:
            return default
        try:
            return check(value)
        except ValueError:
            message = f"{self.sources[name]} can't be used: {mend}"
            raise SettingsError(message) from None


def data_folder(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Path:
    """The data folder that was asked for, before anyone looked whether it can hold the data."""
    folder = folder or Path.cwd()
    given = _Given(os.environ if environ is None else environ, folder)
    return _asked_folder(given, folder)


def _asked_folder(given: _Given, folder: Path) -> Path:
    return given.checked("FLYT_DATA", Path, _default_data(folder), "give a folder")


def _settings(given: _Given, folder: Path, services: ServiceLookup) -> Settings:
    data = location(_asked_folder(given, folder))
    if services != "ignored":
        given.add("the running flyt run", _running_services(data))
    database, owner, redis = _service_addresses(given, services)
    secret_key = _secret_key(given, data)
    email, password = _first_owner(given)
    port = given.checked("FLYT_PORT", _port, 8000, "give a number from 1 to 65535")
    host = given.text("FLYT_HOST") or "127.0.0.1"
    return Settings(
        data=data,
        database_url=_application_url(database, secret_key),
        database_owner_url=owner,
        redis_url=redis,
        secret_key=secret_key,
        host=host,
        port=port,
        public_url=given.checked(
            "FLYT_PUBLIC_URL", _web_address, f"http://localhost:{port}", _WEB_MEND
        ),
        asset_url=given.checked("FLYT_ASSET_URL", _web_address, "", _WEB_MEND),
        plugins=given.checked(
            "FLYT_PLUGINS", _modules, (), "give module names with commas between"
        ),
        admin_email=email,
        admin_password=password,
        files=_file_store(given, data),
        workers=given.checked("FLYT_WORKERS", _count, 2, "give a number from 1 to 64"),
        chat_posts=given.checked("FLYT_CHAT_POSTS", _limit, 60, _LIMIT_MEND),
        chat_openings=given.checked("FLYT_CHAT_OPENINGS", _limit, 30, _LIMIT_MEND),
        knowledge_networks=given.checked(
            "FLYT_KNOWLEDGE_NETWORKS",
            _networks,
            (),
            "give networks like 10.0.0.0/8 with commas between",
        ),
        log_dir=given.checked("FLYT_LOG_DIR", Path, folder / "logs", "give a folder"),
        sentry_dsn=given.checked("SENTRY_DSN", _web_address, None, _WEB_MEND),
        otlp_endpoint=given.checked("OTEL_EXPORTER_OTLP_ENDPOINT", _web_address, None, _WEB_MEND),
        ai_provider=given.checked(
            "AI_PROVIDER", _provider, None, f"choose one of {', '.join(AI_PROVIDERS)}"
        ),
        services=_service_keys(given),
        supervised=given.text("FLYT_SUPERVISED") is not None,
        sources=MappingProxyType(given.sources),
    )


def _default_data(folder: Path) -> Path:
    """`.flyt` of the checkout this code runs from, so two checkouts never share their data."""
    checkout = Path(__file__).resolve().parent.parent
    return (checkout if (checkout / "pyproject.toml").exists() else folder) / ".flyt"


def _running_services(data: Path) -> dict[str, str]:
    try:
        return json.loads((data / SERVICES_FILE).read_text())
    except FileNotFoundError:
        return {}
    except PermissionError:
        message = f"{data} belongs to another user: run flyt as that user, or set DATABASE_URL"
        raise SettingsError(message) from None


def _service_addresses(given: _Given, services: ServiceLookup) -> tuple[str, str, str]:
    mend = "give an address like postgresql://user:password@host:5432/flyt"
    database = given.checked("DATABASE_URL", _postgres_address, "", mend)
    owner = given.checked("DATABASE_OWNER_URL", _postgres_address, database, mend)
    redis = given.checked(
        "REDIS_URL", _redis_address, "", "give an address like redis://host:6379/0"
    )
    needed = {"needed": ("DATABASE_URL", "REDIS_URL"), "database": ("DATABASE_URL",)}
    for name, value in (("DATABASE_URL", database), ("REDIS_URL", redis)):
        if name in needed.get(services, ()) and not value:
            message = f"{name} is not set and no `flyt run` is at work: start one, or set {name}"
            raise SettingsError(message)
    return database, owner, redis


def _application_url(url: str, secret_key: str) -> str:
    """The address of the role `flyt_app`, which row-level security binds.

    Where only the owner's address was given, the role's password follows from the secret key, and
    `flyt migrate` makes the role with it.
    """
    parts = urlsplit(url)
    if not url or parts.username == APP_ROLE:
        return url
    password = hmac.new(secret_key.encode(), b"database role", hashlib.sha256).hexdigest()
    return parts._replace(
        netloc=f"{APP_ROLE}:{password}@{parts.netloc.rpartition('@')[2]}"
    ).geturl()


def _first_owner(given: _Given) -> tuple[str | None, str | None]:
    email, password = given.text("FLYT_ADMIN_EMAIL"), given.text("FLYT_ADMIN_PASSWORD")
    if (email is None) != (password is None):
        message = "FLYT_ADMIN_EMAIL and FLYT_ADMIN_PASSWORD belong together: set both or neither"
        raise SettingsError(message)
    return email, password


def _file_store(given: _Given, data: Path) -> Path | ObjectStore:
    value = given.text("FLYT_FILES")
    if value is None or not value.startswith("s3://"):
        return Path(value) if value else data / "files"
    keys = {name: given.text(name) for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY")}
    for name, key in keys.items():
        if key is None:
            message = f"FLYT_FILES names a bucket, so {name} must be set too"
            raise SettingsError(message)
    return ObjectStore(
        bucket=value.removeprefix("s3://").strip("/"),
        endpoint=given.checked("S3_ENDPOINT", _web_address, None, _WEB_MEND),
        region=given.text("S3_REGION") or "us-east-1",
        access_key=keys["S3_ACCESS_KEY"] or "",
        secret_key=keys["S3_SECRET_KEY"] or "",
    )


def _secret_key(given: _Given, data: Path) -> str:
    """FLYT_SECRET_KEY, else the key kept in the data folder, made there at the first start."""
    mend = (
        'it is too short; make one with `python -c "import secrets; print(secrets.token_hex(32))"`'
    )
    if key := given.checked("FLYT_SECRET_KEY", _long_secret, None, mend):
        return key
    path = data / "secret.key"
    given.sources["FLYT_SECRET_KEY"] = str(path)
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private(path, secrets.token_hex(32), only_new=True)
    return path.read_text().strip()


def _service_keys(given: _Given) -> Mapping[str, str]:
    values = {name: given.text(name) for name in SERVICE_NAMES}
    return MappingProxyType({name: value for name, value in values.items() if value})


_WEB_MEND = "give a whole address like https://chat.example.org"


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(value)
    return value.rstrip("/")


def _postgres_address(value: str) -> str:
    """SQLAlchemy's and Heroku's spellings are accepted and become the plain one."""
    scheme, separator, rest = value.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres") or not separator or not rest:
        raise ValueError(value)
    return f"postgresql://{rest}"


def _redis_address(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ValueError(value)
    return value


def _port(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 65535:
        raise ValueError(value)
    return number


def _count(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 64:
        raise ValueError(value)
    return number


_LIMIT_MEND = "give a number from 1, or 0 for no limit"


def _limit(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(value)
    return number


def _networks(value: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip())) for part in value.split(",") if part.strip())


def _modules(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if not all(part.isidentifier() for name in names for part in name.split(".")):
        raise ValueError(value)
    return names


def _provider(value: str) -> str:
    if value.lower() not in AI_PROVIDERS:
        raise ValueError(value)
    return value.lower()


def _long_secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError(value)
    return value
