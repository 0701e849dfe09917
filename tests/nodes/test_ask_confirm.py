from __future__ import annotations

import pytest

from nodes.ask_confirm import AskConfirm
from runtime.core.contract import Chosen, Input, Message, Next, Option, Uploaded, UserSaid, Wait
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"text": "Q", "variable": "b"}

SURE = AskConfirm(text="Sure?", variable="sure")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("yes", True),
        ("Yes, please!", True),
        ("that’s right", True),
        ("Ja takk", True),
        ("stämmer", True),
        ("Так, дякую", True),
        ("да", True),
        ("👍", True),
        ("NO.", False),
        ("nei takk", False),
        ("nej", False),
        ("ні", False),
        ("нет, спасибо", False),
    ],
)
def test_yes_and_no_in_any_of_our_languages(text, stored):
    assert SURE.resume(context(attempt=1), UserSaid(text)) == Next(set={"sure": stored})
    assert SURE.claims(context(), UserSaid(text)) is True


@pytest.mark.parametrize("text", ["", "maybe", "yes and no", "no idea", "yes " * 16_000])
def test_anything_else_is_asked_again(text):
    outcome = SURE.resume(context(attempt=1, language="sv"), UserSaid(text))
    assert outcome == Wait(on="reply", say=(Message("Svara ja eller nej."),))
    assert SURE.claims(context(), UserSaid(text)) is False


def test_buttons():
    assert SURE.resume(context(attempt=1), Chosen(("yes",))) == Next(set={"sure": True})
    assert SURE.resume(context(attempt=1), Chosen(("no",))) == Next(set={"sure": False})
    for ids in ((), ("yes", "no"), ("maybe",)):
        assert isinstance(SURE.resume(context(attempt=1), Chosen(ids)), Wait)
    assert SURE.resume(context(attempt=1), UserSaid("", value=False)) == Next(set={"sure": False})
    assert isinstance(SURE.resume(context(attempt=1), Uploaded(())), Wait)


def test_the_buttons_are_in_the_visitors_language():
    yes, no = Option("yes", "Ja", value=True), Option("no", "Nei", value=False)
    assert SURE.input(context(language="nb")) == Input("confirm", options=(yes, no))


def test_it_gives_up_after_so_many_attempts():
    assert SURE.resume(context(attempt=3), UserSaid("hm")) == Next(port="invalid")


def test_it_can_skip_what_is_known():
    node = AskConfirm(text="Q", variable="sure", skip_if_known=True)
    assert node.run(context(sure=False)) == Next()
    assert isinstance(node.run(context(sure="no")), Wait)
