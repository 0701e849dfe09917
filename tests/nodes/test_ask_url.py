from __future__ import annotations

import time

import pytest

from nodes.ask_url import AskUrl
from runtime.core.contract import Chosen, Input, Message, Next, TimedOut, Uploaded, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {"text": "Q", "variable": "b"}  # a configuration for test_contract

SITE = AskUrl(text="Your site?", variable="site")


def stored(text):
    outcome = SITE.resume(context(attempt=1), UserSaid(text))
    return outcome.set.get("site") if isinstance(outcome, Next) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com", "https://example.com"),
        ("example.com", "https://example.com"),
        ("www.Example.COM/Path", "https://www.example.com/Path"),
        ("HTTP://Example.com/a?b=C#d", "http://example.com/a?b=C#d"),
        ("example.com:8443/x", "https://example.com:8443/x"),
        ("blåbær.no", "https://xn--blbr-roah.no"),
        ("https://приклад.укр/шлях", "https://xn--80aikifvh.xn--j1amh/%D1%88%D0%BB%D1%8F%D1%85"),
        ("example.com/a%20b", "https://example.com/a%20b"),
        ("https://en.wikipedia.org/wiki/Fjord_(a)", "https://en.wikipedia.org/wiki/Fjord_(a)"),
        ("http://192.0.2.7/x", "http://192.0.2.7/x"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("It is www.example.com.", "https://www.example.com"),
        ("see (https://example.com/a)!", "https://example.com/a"),
        ("our shop: shop.example.no", "https://shop.example.no"),
    ],
)
def test_addresses_as_people_write_them(text, expected):
    assert stored(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "example", "I have none", "ada@example.com", "mailto:ada@example.com", "ftp://example.com",
     "javascript:alert(1)", "data:text/html,x", "https://", "https://exa mple.com", "http://.com",
     "https://ada:secret@example.com", "example.com:99999", "http://[::1", "/prices", "1.5",
     "a.example.com or b.example.com", "https://example", "-.com", "x" * 60_000 + ".com",
     "http://" * 9_000, "a." * 30_000],
)  # fmt: skip
def test_what_is_no_address(text):
    begun = time.process_time()
    assert stored(text) is None
    assert time.process_time() - begun < 0.2


def test_the_shared_outcomes():
    assert SITE.run(context()) == Wait(on="reply", say=(Message("Your site?"),))
    assert SITE.input(context()) == Input("url")
    again = "That doesn't look like a web address. Please write it like www.example.com"
    for event in (UserSaid("none"), Chosen(("x",)), Uploaded(())):
        outcome = SITE.resume(context(attempt=1), event)
        assert outcome == Wait(on="reply", say=(Message(again),))
    assert SITE.resume(context(attempt=3), UserSaid("x")) == Next(port="invalid")
    assert SITE.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
    assert [port.id for port in SITE.ports()] == ["next", "invalid", "no_reply", "cancelled"]


def test_only_a_plain_address_is_claimed():
    assert SITE.claims(context(), UserSaid("example.com")) is True
    assert SITE.claims(context(), UserSaid("cancel www.example.com")) is False
    assert SITE.claims(context(), UserSaid("cancel")) is False


def test_it_can_skip_what_is_known():
    node_ = AskUrl(text="Q", variable="site", skip_if_known=True)
    assert node_.run(context(site="example.com")) == Next()
    for known in ("none", "", None, 5):
        assert isinstance(node_.run(context(site=known)), Wait)


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("ask", "ask.url", text="Your site?", variable="site"),
                node("never", "message", text="Fine, without."),
                "ask.invalid > never",
            ),
            variables=[{"name": "site"}],
        )
    )
    assert talk.say("dunno")[0].startswith("That doesn't look like a web address.")
    talk.say("www.example.com")
    assert (talk.status, talk.vars) == ("ended", {"site": "https://www.example.com"})
