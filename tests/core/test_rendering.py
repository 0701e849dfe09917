"""Channels that lack something: what they cannot draw becomes words, and numbers pick options."""

from __future__ import annotations

import time

import pytest

from connectors.channels.plain_text import plain
from connectors.channels.rendering import EVERYTHING, PLAIN, Capabilities, capabilities, rendered
from runtime.core.contract import Citation, File, FormField, Input, Message, Option
from runtime.core.document import Test, parse
from runtime.core.release import Release
from runtime.simulation import Observed, simulate
from runtime.simulator import Simulator, run_test
from tests.core.talk import flow, node

OPTIONS = (Option("a", "Demo", image="https://example.com/a.png"), Option("b", "*Prices*"))
CHOICE = Input("choice", options=OPTIONS, token="1:0")
LEFT = Input("text", token="1:0")
CARD = {
    "id": "tea",
    "title": "Tea",
    "text": "From *Japan*",
    "image": "https://example.com/tea.png",
    "buttons": [
        {"id": "buy", "label": "Buy"},
        {"id": "page", "label": "Open", "url": "https://example.com/tea"},
        {"id": "call", "label": "Call", "url": "tel:+4740612345"},
    ],
}


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Hello** *you*, ~~old~~ __new__ _here_", "Hello you, old new here"),
        ("**bold *and* more**", "bold and more"),
        ("***both***", "both"),
        ("2 * 3 * 4, snake_case_name, a*b", "2 * 3 * 4, snake_case_name, a*b"),
        ("\\*stars\\* and 1\\. no list", "*stars* and 1. no list"),
        ("`a*b*c` and ``x``", "a*b*c and x"),
        ("[Our site](https://example.com/a_b_c)", "Our site (https://example.com/a_b_c)"),
        ("[https://a.no](https://a.no)", "https://a.no"),
        ("[Wiki](https://a.no/x_(y))", "Wiki (https://a.no/x_(y))"),
        ("[Write](mailto:ada@a.no)", "Write (ada@a.no)"),
        ('![A cup](https://a.no/c.png "Tea")', "A cup (https://a.no/c.png)"),
        ("<https://a.no/*x*>", "https://a.no/*x*"),
        ("see https://a.no/a_b_/c*d*", "see https://a.no/a_b_/c*d*"),
        ("# Title #\n\ntext", "Title\n\ntext"),
        ("* one\n+ two\n  - three", "- one\n- two\n  - three"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("> said\n> so", '"said\nso"'),
        ("So:\n> **said**\n>\n> twice\n\n> by her", 'So:\n"said\n\ntwice"\n\n"by her"'),
        ("> «said»", "«said»"),
        ("> said [1]\n> so. [12] [3]", '"said [1]\nso." [12] [3]'),
        (">", ""),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("```py\nx = *y*\n```", "x = *y*"),
        ("a\\\nb", "a\nb"),
        ("", ""),
        ("\ue0007\ue001", ""),
    ],
)
def test_markdown_without_its_marks(markdown, text):
    assert plain(markdown) == text


@pytest.mark.parametrize(
    "piece", ["*", "_", "**a", "[", "[a](", "`", "![", "\\", "> ", "<http://", "~~"]
)
def test_no_text_takes_long(piece):
    begun = time.process_time()
    plain(piece * 20_000)
    assert time.process_time() - begun < 1


def test_a_channel_that_can_gets_everything_as_it_is():
    said = Message("**Hi**", "cards", cards=(CARD,))
    assert rendered(said, CHOICE, EVERYTHING) == (said, CHOICE)
    assert capabilities("web") is EVERYTHING
    assert capabilities("whatever comes") is PLAIN


def test_options_are_numbered():
    assert rendered(Message("**Which?**"), CHOICE, PLAIN) == (
        Message("Which?\n\n1. Demo: https://example.com/a.png\n2. *Prices*"),
        LEFT,
    )
    few = Capabilities(buttons=1, markdown=True)
    assert rendered(Message("**Which?**"), CHOICE, few)[0].text == (
        "**Which?**\n\n1. Demo: https://example.com/a.png\n2. \\*Prices\\*"
    )
    enough = Capabilities(buttons=2)
    assert rendered(Message("**Which?**"), CHOICE, enough) == (Message("Which?"), CHOICE)


def test_yes_and_no_are_words():
    asked = Input("confirm", options=(Option("yes", "Ja"), Option("no", "Nei")), token="1:0")
    assert rendered(Message("Sikker?"), asked, PLAIN) == (Message("Sikker?\n\nJa / Nei"), LEFT)


def test_a_scale_has_its_ends_and_a_form_its_fields():
    stars = Input("rating", minimum=1, maximum=5, style="stars", token="1:0")
    assert rendered(Message("How?"), stars, PLAIN) == (Message("How?\n\n1–5"), LEFT)
    fields = (
        FormField("name", "text", "Your name", required=True),
        FormField("size", "choice", "Size", options=(Option("s", "Small"), Option("l", "Large"))),
    )
    form = Input("form", fields=fields, token="1:0")
    text = "About you\n\n- Your name\n- Size (Small, Large)"
    assert rendered(Message("About you"), form, PLAIN) == (Message(text), LEFT)


def test_what_needs_no_drawing_stays():
    asked = Input("email", placeholder="you@example.com", token="1:0")
    assert rendered(Message("Your e-mail?"), asked, PLAIN) == (Message("Your e-mail?"), asked)


def test_cards_become_text_with_numbers_and_links():
    wanted = Input("text", options=(Option("buy", "Buy"), Option("other", "Other")), token="1:0")
    other = {"id": "other", "title": "Coffee", "buttons": [{"id": "other", "label": "Other"}]}
    said = Message(type="cards", cards=(CARD, other))
    shown, left = rendered(said, wanted, PLAIN)
    assert (shown.type, shown.cards, left) == ("text", (), LEFT)
    assert shown.text == (
        "Tea\nFrom Japan\nhttps://example.com/tea.png\n1. Buy\n"
        "Open: https://example.com/tea\nCall: +4740612345\n\nCoffee\n2. Other"
    )


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "embed"])
def test_media_become_caption_and_link(kind):
    said = Message("Our **shop**", kind, url="https://example.com/x")
    assert rendered(said, None, PLAIN) == (Message("Our shop\n\nhttps://example.com/x"), None)
    able = Capabilities(media=frozenset({kind}))
    assert rendered(said, None, able)[0] == Message("Our shop", kind, url=said.url)


def test_files_have_names():
    said = Message("Here", "file", files=(File("f", "menu.pdf", "application/pdf", 5),))
    assert rendered(said, None, PLAIN)[0] == Message("Here\n\nmenu.pdf")


TERMS = Citation(1, "Terms of *sale*", "Within 30 days.", 3, "https://example.com/terms.pdf")
RETURNS = Citation(2, "Returns", "Bring the receipt.", url="javascript:alert(1)")
AGAIN = Citation(3, TERMS.title, "Not food.", 3, TERMS.url)


def test_sources_are_lines_under_the_text():
    said = Message(
        "Within **30 days** [1]\\[3], with the receipt [2].", citations=(TERMS, RETURNS, AGAIN)
    )
    assert rendered(said, None, EVERYTHING)[0] is said
    text = "Within 30 days [1][3], with the receipt [2].\n\n"
    lines = "[1][3] Terms of *sale*, p. 3: https://example.com/terms.pdf\n[2] Returns"
    assert rendered(said, None, PLAIN)[0] == Message(text + lines)
    assert (
        rendered(said, CHOICE, PLAIN)[0].text
        == f"{text}{lines}\n\n1. Demo: {OPTIONS[0].image}\n2. *Prices*"
    )
    sms = "[1][3] Terms of *sale*, p. 3; [2] Returns"
    assert rendered(said, None, capabilities("sms"))[0] == Message(text + sms)
    telegram = rendered(said, None, capabilities("telegram"))[0].text
    assert r"[1][3] Terms of \*sale\*, p. 3: https://example.com/terms.pdf" in telegram


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("You can do that within 30 days of the purchase.", "p. 3"),
        ("Du kan gjøre det innen 30 dager etter kjøpet.", "s. 3"),
        ("Du kan göra det inom 30 dagar efter köpet.", "s. 3"),
        ("Ви можете зробити це протягом 30 днів.", "с. 3"),
        ("Вы можете сделать это в течение 30 дней.", "с. 3"),
    ],
)
def test_pages_are_called_as_the_text_would(text, page):
    shown = rendered(Message(text, citations=(TERMS,)), None, PLAIN)[0]
    assert shown.text.splitlines()[-1] == f"[1] Terms of *sale*, {page}: {TERMS.url}"


def test_sources_take_little_room():
    many = tuple(
        Citation(n, f"A long title, number {n} " * 8, "x", n, f"https://example.com/{n}/{'x' * 80}")
        for n in range(1, 13)
    )
    said = Message("So.", citations=many)
    text = rendered(said, None, PLAIN)[0].text
    lines = text.splitlines()[2:]
    assert [line.split()[0] for line in lines] == [f"[{n}]" for n in range(1, 13)]
    assert len(text) < 1_010
    assert "http" not in text
    short = rendered(Message("So.", citations=many[:4]), None, capabilities("sms"))[0].text
    assert len(short) < 170
    assert short.startswith("So.\n\n[1] A long title, numbe…, p. 1; [2] ")


# --- A talk by text message -------------------------------------------------------------------

BOT = parse(
    {
        "format": "flyt/1",
        "name": "Shop",
        "main": "main",
        "variables": [{"name": name} for name in ("slot", "tea", "kinds", "sure")],
        "flows": [
            flow(
                "main",
                node(
                    "slot", "ask.choice", text="**When?**", variable="slot",
                    options=[{"id": "ten", "label": "10:00"}, {"id": "noon", "label": "12:00"}],
                ),
                node(
                    "tea", "cards", variable="tea",
                    cards=[
                        {"id": c, "title": c,
                         "buttons": [{"id": f"buy{c}", "label": "Buy", "value": c}]}
                        for c in ("Green", "Black")
                    ],
                ),
                node(
                    "kinds", "ask.choice", text="Which?", variable="kinds", multiple=True,
                    options=[{"id": c, "label": c} for c in ("Milk", "Sugar", "Lemon")],
                ),
                node("sure", "ask.confirm", text="Sure?", variable="sure"),
                "slot > tea", "tea > kinds", "kinds > sure",
            )
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize("channel", ["text", "sms", "unheard of"])
def test_numbers_pick_what_was_numbered(channel):
    simulator = Simulator(Release(BOT), channel=channel)
    assert [said.text for said in simulator.start()] == ["When?\n\n1. 10:00\n2. 12:00"]
    assert [said.text for said in simulator.say("2")] == ["Green\n1. Buy\n\nBlack\n2. Buy"]
    assert [said.text for said in simulator.say("3")] == [
        "Please choose one of the options.\n\n1. Buy – Green\n2. Buy – Black"
    ]
    assert [said.text for said in simulator.say("2")] == ["Which?\n\n1. Milk\n2. Sugar\n3. Lemon"]
    assert [said.text for said in simulator.say("1, 3")] == ["Sure?\n\nYes / No"]
    simulator.say("yes")
    assert simulator.variables == {
        "slot": "12:00",
        "tea": "Black",
        "kinds": ["Milk", "Lemon"],
        "sure": True,
    }


def test_the_test_panel_shows_it_too():
    simulator = Observed(BOT, channel="text")
    simulate(simulator, (), {})
    assert simulator.drawn == Input("text", token=simulator.input.token)
    assert [seen.said for seen in simulator.seen] == [(0,)]
    assert simulator.transcript[0].message.text == "When?\n\n1. 10:00\n2. 12:00"
    on_the_web = Observed(BOT)
    simulate(on_the_web, (), {})
    assert on_the_web.drawn == on_the_web.input
    assert on_the_web.transcript[0].message.text == "**When?**"


@pytest.mark.parametrize("expected", ["**When?**", "~1. 10:00", "When?\n\n1. 10:00\n2. 12:00"])
def test_a_test_may_expect_what_was_meant_or_what_was_shown(expected):
    talk = [{"bot": expected}, {"user": "1"}, {"vars": {"slot": "10:00"}}]
    test = Test.model_validate({"name": "x", "channel": "sms", "talk": talk})
    assert run_test(BOT, test).failures == ()
