from __future__ import annotations

import time

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from nodes.ask_email import AskEmail, normalised
from runtime.core.contract import Chosen, Input, Message, Next, UserSaid, Wait
from tests.core.context import context

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "skip_if_known": True,
    "max_attempts": 1,
}  # a configuration for test_contract

MAIL = AskEmail(text="Your e-mail?", variable="email")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("ada@example.com", "ada@example.com"),
        ("Ada.Lovelace+x@EXAMPLE.com", "Ada.Lovelace+x@example.com"),
        ("My address is ada@example.com.", "ada@example.com"),
        ("<ada@example.com>", "ada@example.com"),
        ("mailto:ada@example.com", "ada@example.com"),
        ("ada@example.test", "ada@example.test"),
        ("åse@blåbær.no", "åse@blåbær.no"),
        ("ada@example.com or ada@example.com", "ada@example.com"),
    ],
)
def test_addresses(text, stored):
    assert MAIL.resume(context(attempt=1), UserSaid(text)) == Next(set={"email": stored})
    assert MAIL.claims(context(), UserSaid(text)) is True


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada@", "@example.com", "ada@localhost", "ada@exa mple.com", "ada@example..com",
     "a@example.com b@example.com", "@" * 65_536, "a@" * 30_000, "a" * 65_000 + "@example.com",
     "<script>@example.com"],
)  # fmt: skip
def test_what_is_no_address(text):
    begun = time.process_time()
    outcome = MAIL.resume(context(attempt=1), UserSaid(text))
    assert time.process_time() - begun < 0.2
    assert outcome == Wait(
        on="reply",
        say=(
            Message(
                "That doesn't look like an e-mail address. Please write it like name@example.com"
            ),
        ),
    )
    assert MAIL.claims(context(), UserSaid(text)) is False


@given(
    st.from_regex(r"[A-Za-z0-9._+-]{1,20}@[A-Za-z0-9.-]{1,20}\.[A-Za-z0-9]{1,8}", fullmatch=True)
    | st.emails()
)
def test_the_quick_check_agrees_with_the_full_one(address):
    try:
        full = validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        full = None
    assert normalised(address) == full


def test_it_gives_up_after_so_many_attempts():
    assert MAIL.resume(context(attempt=3), Chosen(("x",))) == Next(port="invalid")


def test_it_can_skip_a_known_address_that_is_well_formed():
    node = AskEmail(text="Q", variable="email", skip_if_known=True)
    assert node.run(context(email="ada@example.com")) == Next()
    assert isinstance(node.run(context(email="ada")), Wait)
    assert isinstance(node.run(context(email=5)), Wait)


def test_the_channel_is_told_what_is_wanted():
    assert MAIL.input(context()) == Input("email")
