from __future__ import annotations

from datetime import timedelta

import pytest

from nodes.ask_text import AskText
from runtime.core.contract import (
    Chosen,
    File,
    HandedBack,
    Input,
    Message,
    Next,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
)
from tests.core.context import NOW, context

EXAMPLE = {
    "text": "Q {{ a }}",
    "variable": "b",
    "retry_texts": ["Again"],
    "timeout": "PT1M",
}  # a configuration for test_contract

NAME = AskText(text="What is your name, {{ title }}?", variable="name")
ASKED = (Message("What is your name, Dr\\*?"),)


def test_it_asks_and_waits_for_a_reply():
    assert NAME.run(context(title="Dr*")) == Wait(on="reply", say=ASKED)
    assert NAME.ask_again(context(title="Dr*")) == ASKED
    assert NAME.input(context()) == Input("text")


def test_it_stores_what_was_written_without_surrounding_space():
    assert NAME.resume(context(attempt=1), UserSaid(" Ada ")) == Next(set={"name": "Ada"})


def test_nothing_else_is_taken_for_an_answer():
    again = Wait(on="reply", say=(Message("Please answer in words."),))
    file = File("f1", "a.png", "image/png", 10)
    for event in (UserSaid("  "), Chosen(("a",)), Uploaded((file,))):
        assert NAME.resume(context(attempt=1), event) == again
    assert NAME.resume(context(attempt=1), Uploaded((file,), "Ada")) == Next(set={"name": "Ada"})


def test_a_text_that_is_too_long_is_not_stored():
    outcome = NAME.resume(context(attempt=1, language="nb"), UserSaid("x" * 65_536))
    assert outcome == Wait(
        on="reply", say=(Message("Det ble litt langt for meg. Kan du skrive det kortere?"),)
    )


@pytest.mark.parametrize(
    ("attempt", "said"), [(1, "First"), (2, "Second, Ada"), (3, "Second, Ada"), (4, "Second, Ada")]
)
def test_its_own_retry_texts_come_in_order_and_the_last_one_stays(attempt, said):
    node = NAME.model_validate(
        {
            "text": "Q",
            "variable": "v",
            "retry_texts": ["First", "Second, {{ name }}"],
            "max_attempts": 5,
        }
    )
    ctx = context(attempt=attempt, name="Ada")
    assert node.resume(ctx, UserSaid("")) == Wait(on="reply", say=(Message(said),))


def test_it_gives_up_after_so_many_attempts():
    assert isinstance(NAME.resume(context(attempt=2), UserSaid("")), Wait)
    assert NAME.resume(context(attempt=3), UserSaid("")) == Next(port="invalid")
    once = NAME.model_validate({"text": "Q", "variable": "v", "max_attempts": 1})
    assert once.resume(context(attempt=1), UserSaid("")) == Next(port="invalid")


def test_silence():
    node = NAME.model_validate({"text": "Q", "variable": "v", "timeout": "PT10M"})
    until = NOW + timedelta(minutes=10)
    assert node.run(context()) == Wait(on="reply", say=(Message("Q"),), until=until)
    assert node.resume(context(attempt=1), UserSaid("")).until == until
    assert node.deadline(context()) == until
    assert NAME.deadline(context()) is None
    assert node.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")


def test_it_can_skip_what_is_known():
    node = NAME.model_validate({"text": "Q", "variable": "name", "skip_if_known": True})
    assert node.run(context(name="Ada")) == Next()
    assert isinstance(node.run(context(name=" ")), Wait)
    assert isinstance(node.run(context()), Wait)
    assert isinstance(NAME.run(context(name="Ada")), Wait)


def test_a_keyword_may_interrupt_it():
    assert NAME.claims(context(), UserSaid("cancel")) is False
    assert NAME.claims(context(), TimedOut("0", "t")) is False


def test_it_asks_again_when_a_person_hands_back():
    assert NAME.resume(context(title="Dr*"), HandedBack()) == Wait(on="reply", say=ASKED)


def test_ports():
    assert [port.id for port in NAME.ports()] == ["next", "invalid", "no_reply", "cancelled"]
