"""Whether a provider can be as it is written: its address, its fields, its region."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.llm.addresses import BadAddress, checked
from connectors.llm.presets import Field, Preset, preset

_RESOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.IGNORECASE)
_FOLDER = re.compile(r"[a-zA-Z0-9_-]{1,100}")
_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
_WORDS = {
    "resource": (_RESOURCE, "write only the resource's name: letters, digits and hyphens"),
    "folder": (_FOLDER, "write only the folder's id, such as b1g0123456789abcdefg"),
    "api_version": (_VERSION, "write it as a date, such as 2024-10-21"),
}


class CannotBe(ValueError):
    """``errors`` has a message for each place, such as `settings.folder`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{place}: {message}" for place, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Shape:
    """A provider as it is kept; what was not given is as the preset has it."""

    base_url: str
    settings: dict[str, str]
    region: str
    local: bool


def shape(
    kind: str,
    *,
    base_url: str | None,
    settings: Mapping[str, str],
    region: str | None,
    local: bool | None,
    has_secret: bool,
) -> Shape:
    """May ask DNS. Raises `CannotBe`."""
    known, errors = preset(kind), dict[str, str]()
    kept = _settings(known, settings, errors)
    secret = known.field("secret")
    if secret and secret.required and not has_secret:
        errors["secret"] = f"{known.name} needs it: {secret.help}"
    address = _address(known, base_url, kept, errors)
    place = known.region if region is None else region
    if known.regions and place not in known.regions:
        errors["region"] = f"{known.name} has only {', '.join(known.regions)}"
    own = known.field("base_url") is not None
    if local and not own:
        errors["local"] = f"{known.name} is not on a computer of yours, so nothing stays at home"
    if errors:
        raise CannotBe(errors)
    return Shape(address, kept, place, known.local if local is None else local)


def _address(
    known: Preset, given: str | None, settings: Mapping[str, str], errors: dict[str, str]
) -> str:
    """The one that is fixed, or that of one's own resource, or the one that was written."""
    own = known.field("base_url")
    if own is None:
        fixed = known.base_url.format(resource=settings.get("resource", ""))
        if given and given.strip().rstrip("/") != fixed:
            errors["base_url"] = f"{known.name} is always at {fixed}: leave this out"
        return fixed
    try:
        return checked(given if given and given.strip() else own.value or "")
    except BadAddress as error:
        errors["base_url"] = str(error)
        return ""


def _settings(known: Preset, given: Mapping[str, str], errors: dict[str, str]) -> dict[str, str]:
    fields = {each.name: each for each in known.fields if each.name not in ("secret", "base_url")}
    for name in sorted(given.keys() - fields.keys()):
        errors[f"settings.{name}"] = f"{known.name} has no such setting: remove it"
    kept: dict[str, str] = {}
    for name, field in fields.items():
        value = given.get(name, field.value or "").strip()
        if mistake := _mistake(field, value):
            errors[f"settings.{name}"] = mistake
        elif value:
            kept[name] = value
    return kept


def _mistake(field: Field, value: str) -> str | None:
    if not value:
        return f"{field.label} is needed: {field.help}" if field.required else None
    if field.choices and value not in field.choices:
        return f"choose one of {', '.join(field.choices)}"
    if field.name == "ca":
        return _bad_certificate(value)
    pattern, mend = _WORDS.get(field.name, (None, ""))
    return mend if pattern and not pattern.fullmatch(value) else None


def _bad_certificate(value: str) -> str | None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except (ssl.SSLError, ValueError):
        return "paste the whole file, from -----BEGIN CERTIFICATE----- to its end"
    return None
