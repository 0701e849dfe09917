"""What a text is found by: its words, reduced to their stems, as numbers of one workspace."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from runtime.core.phrases import base_language
from runtime.core.tongues.words import WORDS
from storage.tables.knowledge import KEYS, SHAPE

SATURATION = 1.2  # BM25's k1: what a word tells more when it is repeated
LENGTHS = 0.75  # BM25's b: how far long passages are held back
USUAL_LENGTH = 60  # words of a passage that is neither held back nor pushed

_STEMMERS: Final = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "it": "italian", "nb": "norwegian", "nl": "dutch", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish",
}  # fmt: skip
_CYRILLIC: Final = frozenset({"be", "bg", "mk", "ru", "sr", "uk"})
_SMALL: Final = {  # beside those by which languages are told apart
    "en": "i in an is are was were be been am how me not no us there this these those them",
    "nb": "i å så da på som den det de er var",
    "sv": "i så då på som den det de är var",
    "uk": "а о це є був була було були",
    "ru": "а это был была было были же бы",
}
# A word, or the letters and the digits of "256GB"; a number keeps its decimals.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_APOSTROPHE = re.compile(r"['’ʼ]s$|['’ʼ]")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:[.,]|$))")
_stemming = threading.local()


def words(text: str) -> Iterator[str]:
    """In order, folded so that case and the way letters are encoded make no difference."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    for word in _WORD.findall(folded):
        yield _number(word) if word[0].isdigit() else _APOSTROPHE.sub("", word)


def _number(word: str) -> str:
    """`1,299.00`, `1299.00` and `1299` are the same, `2.5` and `2,5` as well."""
    plain = _THOUSANDS.sub("", word).replace(",", ".")
    if plain.count(".") != 1:
        return plain
    return plain.rstrip("0").rstrip(".")


def told(text: str, language: str) -> list[str]:
    """Its words without those that every text has; where it has no others, all of them."""
    found, small = list(words(text)), small_words(language)
    return [word for word in found if word not in small] or found


@cache
def small_words(language: str) -> frozenset[str]:
    base = base_language(language)
    if base not in WORDS:
        return frozenset()
    speaking, _, small = WORDS[base]
    return frozenset(words(f"{speaking} {small} {_SMALL[base]}"))


def has_stems(language: str) -> bool:
    """Whether we can reduce the forms of its words; else spelling alike has to carry them."""
    return base_language(language) in _STEMMERS


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Of a word by the rules of a language; as it is where we have none."""
    base = base_language(language)
    if base not in _STEMMERS or not word.isalpha():
        return word
    stemmers: dict[str, Any] | None = getattr(_stemming, "stemmers", None)
    if stemmers is None:  # a stemmer keeps the word it works on, so each thread has its own
        stemmers = _stemming.stemmers = {}
    if base not in stemmers:
        import snowballstemmer  # noqa: PLC0415  # 9 MB that only searching and indexing need

        stemmers[base] = snowballstemmer.stemmer(_STEMMERS[base])
    return stemmers[base].stemWord(word)


def stems(word: str, languages: Iterable[str]) -> list[str]:
    """Its stems in every language that is written in its letters, each once."""
    cyrillic = "\u0400" <= word[0] <= "\u04ff"
    fitting = [one for one in languages if (base_language(one) in _CYRILLIC) == cyrillic]
    return list(dict.fromkeys(stem(word, language) for language in fitting)) or [word]


def key(workspace: UUID, term: str) -> int:
    """The number of a term. Salted, so an index over them keeps workspaces apart by itself."""
    digest = blake2b(term.encode(), key=workspace.bytes, digest_size=8).digest()
    return int.from_bytes(digest, "big") % KEYS


def weights(terms: Mapping[str, float]) -> dict[str, float]:
    """What each tells of its passage, by BM25 but for how common it is; ``terms`` are counted."""
    length = sum(terms.values())
    held = SATURATION * (1 - LENGTHS + LENGTHS * length / USUAL_LENGTH)
    return {term: n * (SATURATION + 1) / (n + held) for term, n in terms.items()}


def sparse(places: Mapping[int, float]) -> str:
    """A sparse vector as PostgreSQL reads it, which counts places from 1."""
    inside = ",".join(f"{place + 1}:{value:.4f}" for place, value in sorted(places.items()))
    return f"{{{inside}}}/{KEYS}"


def start(term: str) -> str:
    """What words that are taken for each other have in common: few people miss a first letter."""
    return term[:2]


@lru_cache(maxsize=100_000)
def shape(term: str) -> str:
    """Bits of its pairs of letters, side by side or one apart: a slip of the finger leaves most."""
    marked = f"_{term}_"
    near = {a + b for a, b in pairwise(marked)}
    apart = {f"{a}.{b}" for a, b in zip(marked, marked[2:], strict=False)}
    bits = ["0"] * SHAPE
    for pair in near | apart:
        bits[int.from_bytes(blake2b(pair.encode(), digest_size=4).digest(), "big") % SHAPE] = "1"
    return "".join(bits)


def counted(parts: Sequence[tuple[str, float]], language: str) -> Counter[str]:
    """Stems of texts, each text with how much one mention in it counts."""
    found: Counter[str] = Counter()
    for text, mention in parts:
        for word in told(text, language) if text else ():
            found[stem(word, language)] += mention  # type: ignore[assignment]  # fractions too
    return found


def pairs(text: str) -> set[str]:
    """Words that follow each other, as one."""
    return {f"{a} {b}" for a, b in pairwise(words(text))}
