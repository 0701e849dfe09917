from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.ai_rewrite import RewriteIt
from runtime.core.contract import EffectDone, EffectFailed, Fail, Next, Perform
from runtime.core.effects.ai import RewriteText
from runtime.simulator import Simulator
from tests.core.context import context
from tests.core.talk import flow, node, release

EXAMPLE = {
    "text": "{{ mail }}",
    "task": "translate",
    "language": "Norwegian",
    "instructions": "Keep names.",
    "variable": "translated",
    "confidential": True,
}  # a configuration for test_contract

TRANSLATE = RewriteIt.model_validate(EXAMPLE)


def test_everything_it_is_told_reaches_the_effect():
    effect = TRANSLATE.run(context(mail="Hello *Ada*")).effect
    told = RewriteText("Hello *Ada*", "translate", "Norwegian", "Keep names.", confidential=True)
    assert effect == told


def test_without_a_text_it_takes_the_visitors_words_in_the_language_spoken():
    short = RewriteIt(task="summarise", variable="short")
    assert short.run(context(said="A long story", language="nb")) == Perform(
        RewriteText("A long story", "summarise", "nb")
    )
    assert short.run(context()) == Next(set={"short": ""})


def test_the_new_text_is_stored():
    assert TRANSLATE.resume(context(), EffectDone("t", {"text": "Hei"})) == Next(
        set={"translated": "Hei"}
    )
    assert TRANSLATE.resume(context(), EffectFailed("t", "no_model", "none")) == Fail(
        "no_model", "none"
    )


def test_ports():
    assert [port.id for port in TRANSLATE.ports()] == ["next", "error"]


@pytest.mark.parametrize(
    "config",
    [{}, {"task": "sing", "variable": "a"}, {"task": "tone", "variable": "a"},
     {"task": "translate"},
     {"task": "other", "variable": "a", "instructions": " "}],
)  # fmt: skip
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        RewriteIt.model_validate(config)


def test_a_simulation_marks_what_is_made_up():
    parts = [
        node("short", "ai.rewrite", task="summarise", variable="short"),
        node("say", "message", text="{{ short }}"),
    ]
    chat = Simulator(release(flow("main", *parts, "short > say")))
    assert [message.text for message in chat.say("It rains")] == ["(Example) It rains"]
