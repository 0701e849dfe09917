"""What languages are called, out of Unicode's tables: in our five languages, and each in itself.

The tables of a language take megabytes, so what is needed of our five stands in a file beside
this module, which ``make docs`` writes anew; those of other languages are opened when needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from runtime.core.phrases import LANGUAGES, plain

if TYPE_CHECKING:
    from babel import Locale

FILE = Path(__file__).with_name("language_table.json")


class Table(NamedTuple):
    """``codes``: languages (two letters) by the names and cases they have in our five.

    ``cased``: those of the names that do not stand by themselves. ``own``: what our five call
    themselves, the plainer name first.
    """

    codes: dict[str, str]
    cased: frozenset[str]
    own: dict[str, tuple[str, ...]]


@cache
def table() -> Table:
    kept = json.loads(FILE.read_bytes())
    own = {code: tuple(names) for code, names in kept["own"].items()}
    return Table(kept["codes"], frozenset(kept["cased"]), own)


def own_names(code: str) -> tuple[str, ...]:
    """Of a language and its variety, the plainer one first: ``norsk``, ``norsk bokmål``."""
    known = table().own.get(code)
    return tuple(_own_names(code)) if known is None else known


def as_text() -> str:
    """The file, made from Unicode's tables."""
    codes = _codes()
    kept: dict[str, Any] = {
        "own": {code: list(_own_names(code)) for code in LANGUAGES},
        "cased": sorted(_cased(codes)),
        "codes": dict(sorted(codes.items())),
    }
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _own_names(code: str) -> Iterator[str]:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  # it takes megabytes

    if code == "nb":
        yield from _own_names("no")
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return
    if name := locale.get_display_name(locale):
        yield name
    if locale.territory and (name := _names(locale).get(locale.language)):
        yield name


def _names(speaker: Locale) -> dict[str, str]:
    """Languages by code, as the speaker of one of them calls them."""
    return dict(speaker.languages)


def _spoken() -> Iterator[tuple[str, str, str]]:
    """Each of our five with the code of each language and what it calls that."""
    from babel import Locale  # noqa: PLC0415  # it takes megabytes

    for speaker in LANGUAGES:
        for code, name in _names(Locale(speaker)).items():
            yield speaker, code, plain(name)


def _codes() -> dict[str, str]:
    """Names of several words, and of three letters, are too seldom meant by them."""
    found = {"bokmål": "nb", "norsk bokmål": "nb", "norwegian bokmål": "nb", "nynorsk": "nn"}
    for speaker, code, word in _spoken():
        if len(code) == 2 and len(word) > 3 and " " not in word:
            for form in (word, *_cases(word, speaker)):
                found.setdefault(form, code)
    return found


def _cased(codes: dict[str, str]) -> set[str]:
    alone = {word for _, _, word in _spoken()}
    return codes.keys() - alone - {"bokmål", "nynorsk"}


def _cases(name: str, speaker: str) -> Iterator[str]:
    """What becomes of a name in "in English" and "to English"."""
    if speaker == "uk" and name.endswith("а"):
        yield from (f"{name[:-1]}ою", f"{name[:-1]}у", f"{name[:-1]}ій", f"по {name[:-1]}и")
    elif speaker == "ru" and name.endswith("ий"):
        yield from (f"по {name[:-1]}", f"{name[:-2]}ом")
