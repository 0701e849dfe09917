from __future__ import annotations

import time

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.ask_phone import AskPhone
from runtime.core.contract import Chosen, Input, Message, Next, TimedOut, Uploaded, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "region": "NO",
}  # a configuration for test_contract

PHONE = AskPhone(text="Your number?", variable="phone")


def stored(text, node=PHONE, **about):
    ctx = context(attempt=1, language=about.pop("language", "en"))
    ctx.facts = replace(ctx.facts, **about)
    outcome = node.resume(ctx, UserSaid(text))
    return outcome.set.get("phone") if isinstance(outcome, Next) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40 61 23 45", "+4740612345"),
        ("406-12-345", "+4740612345"),
        ("+47 40 61 23 45", "+4740612345"),
        ("0047 406 12 345", "+4740612345"),
        ("tel:+4740612345", "+4740612345"),
        ("+46 70 123 45 67", "+46701234567"),
        ("+380 50 123 45 67", "+380501234567"),
        ("+1 (201) 555-0123", "+12015550123"),
        ("You can reach me at 40612345.", "+4740612345"),
        ("40612345, that is 406 12 345", "+4740612345"),
        ("٤٠٦١٢٣٤٥", "+4740612345"),
    ],
)
def test_numbers_as_people_write_them(text, expected):
    assert stored(text) == expected  # the context is in Oslo


@pytest.mark.parametrize(
    "text",
    ["", "mine", "123", "12345678", "2026-11-20", "ada@example.com", "70 123 45 67",
     "40612345 or 40612346", "+99 999 999 999", "4" * 60_000, "40612345 " * 7_000],
)  # fmt: skip
def test_what_is_no_number(text):
    begun = time.process_time()
    assert stored(text) in (None, "+4740612345")
    assert time.process_time() - begun < 0.5
    if len(text) < 1_000:
        assert stored(text) is None


@pytest.mark.parametrize(
    ("about", "text", "expected"),
    [
        ({"timezone": "Europe/Stockholm"}, "070-123 45 67", "+46701234567"),
        ({"timezone": "Europe/Oslo", "locale": "en-US"}, "40612345", "+4740612345"),
        ({"timezone": "Europe/Oslo", "locale": "sv-SE"}, "070-123 45 67", "+46701234567"),
        ({"timezone": "UTC", "locale": "en-GB"}, "07400 123456", "+447400123456"),
        ({"timezone": "UTC", "locale": "uk"}, "050 123 4567", "+380501234567"),
        ({"timezone": "UTC", "language": "nb"}, "40612345", "+4740612345"),
        ({"timezone": "UTC", "locale": "en"}, "40612345", None),
        ({"timezone": "UTC", "locale": "en"}, "+47 40612345", "+4740612345"),
    ],
)
def test_where_the_visitor_seems_to_be(about, text, expected):
    assert stored(text, **about) == expected


def test_the_author_knows_the_country_best():
    swedish = AskPhone(text="Q", variable="phone", region="se")
    assert swedish.region == "SE"
    assert stored("070-123 45 67", swedish) == "+46701234567"
    assert stored("406 12", swedish) is None
    assert AskPhone(text="Q", variable="v", region="").region is None
    for region in ("Norway", "XX", "47"):
        with pytest.raises(ValidationError, match="two letters"):
            AskPhone(text="Q", variable="v", region=region)


@pytest.mark.parametrize(
    ("node_", "language", "said"),
    [
        (PHONE, "en", ("That doesn't look like a phone number. "
         "Please write it like +47 40 61 23 45")),
        (AskPhone(text="Q", variable="v", region="SE"), "sv", ("Det ser inte ut som ett "
         "telefonnummer. Skriv det t.ex. så här: +46 70 123 45 67")),
    ],
)  # fmt: skip
def test_a_retry_shows_a_number_of_that_country(node_, language, said):
    outcome = node_.resume(context(attempt=1, language=language), UserSaid("?"))
    assert outcome == Wait(on="reply", say=(Message(said),))


def test_the_shared_outcomes():
    assert PHONE.run(context()) == Wait(on="reply", say=(Message("Your number?"),))
    assert PHONE.input(context()) == Input("phone")
    assert PHONE.resume(context(attempt=3), UserSaid("x")) == Next(port="invalid")
    assert PHONE.resume(context(attempt=3), Chosen(("x",))) == Next(port="invalid")
    assert PHONE.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
    uploaded = Uploaded((), "40612345")
    assert PHONE.resume(context(attempt=1), uploaded) == Next(set={"phone": "+4740612345"})
    assert [port.id for port in PHONE.ports()] == ["next", "invalid", "no_reply", "cancelled"]


def test_only_a_plain_number_is_claimed():
    assert PHONE.claims(context(), UserSaid("406 12 345")) is True
    assert PHONE.claims(context(), UserSaid("cancel my order 40612345")) is False
    assert PHONE.claims(context(), UserSaid("cancel")) is False


def test_it_can_skip_what_is_known():
    node_ = AskPhone(text="Q", variable="phone", skip_if_known=True)
    assert node_.run(context(phone="+46701234567")) == Next()
    assert node_.run(context(phone=40612345)) == Next()
    for known in ("x", "", None, True, ["+46701234567"]):
        assert isinstance(node_.run(context(phone=known)), Wait)


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("ask", "ask.phone", text="Your number?", variable="phone", region="NO"),
                node("thanks", "message", text="We call {{ phone }}."),
                "ask > thanks",
            ),
            variables=[{"name": "phone"}],
        )
    )
    assert talk.say("dunno")[0].startswith("That doesn't look like a phone number.")
    assert talk.say("406 12 345") == ["We call +4740612345."]
    assert talk.vars == {"phone": "+4740612345"}
