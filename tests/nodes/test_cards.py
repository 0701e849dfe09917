from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.cards import Cards
from runtime.core.contract import Chosen, Input, Message, Next, Option, Uploaded, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

TEA = {
    "id": "tea",
    "title": "Green tea",
    "text": "From *Japan*, {{ price }}.",
    "image": "https://example.com/tea.png",
    "buttons": [
        {"id": "buy_tea", "label": "Buy", "value": "sencha"},
        {"id": "about_tea", "label": "About tea"},
        {"id": "page", "label": "Open the page", "url": "https://example.com/tea"},
    ],
}
COFFEE = {"id": "coffee", "title": "Coffee", "buttons": [{"id": "buy_coffee", "label": "Buy"}]}
LINK = {"id": "more", "label": "More", "url": "https://example.com/{{ page }}"}
EXAMPLE = {
    "cards": [{**TEA, "buttons": [*TEA["buttons"][:2], LINK]}, COFFEE],
    "variable": "b",
}  # a configuration for test_contract

SHOP = Cards(cards=[TEA, COFFEE], variable="product")
LINKS = Cards(cards=[{**TEA, "buttons": TEA["buttons"][2:]}, {"id": "x", "title": "{{ price }}"}])
CTX = context(attempt=1, price="12*")

DRAWN = Message(
    type="cards",
    cards=(
        {
            "id": "tea",
            "title": "Green tea",
            "text": "From *Japan*, 12\\*.",
            "image": "https://example.com/tea.png",
            "buttons": [
                {"id": "buy_tea", "label": "Buy"},
                {"id": "about_tea", "label": "About tea"},
                {"id": "page", "label": "Open the page", "url": "https://example.com/tea"},
            ],
        },
        {"id": "coffee", "title": "Coffee", "buttons": [{"id": "buy_coffee", "label": "Buy"}]},
    ),
)


def test_it_shows_its_cards_and_waits_for_a_press():
    assert SHOP.run(CTX) == Wait(on="reply", say=(DRAWN,))
    assert SHOP.ask_again(CTX) == (DRAWN,)
    assert SHOP.input(CTX) == Input(
        "text",
        options=(
            Option("buy_tea", "Buy – Green tea", "sencha"),
            Option("about_tea", "About tea", "About tea"),
            Option("buy_coffee", "Buy – Coffee", "Buy"),
        ),
    )


def test_where_nothing_can_be_pressed_it_goes_on():
    outcome = LINKS.run(CTX)
    assert isinstance(outcome, Next)
    assert (outcome.port, outcome.say[0].cards[1]) == ("next", {"id": "x", "title": "12*"})
    assert [port.id for port in LINKS.ports()] == ["next"]


@pytest.mark.parametrize(
    ("event", "port", "stored"),
    [
        (Chosen(("buy_tea",)), "buy_tea", "sencha"),
        (Chosen(("buy_coffee",)), "buy_coffee", "Buy"),
        (UserSaid("about tea"), "about_tea", "About tea"),
        (UserSaid("Buy coffee!"), "buy_coffee", "Buy"),
        (UserSaid("coffee"), "buy_coffee", "Buy"),
        (UserSaid("green tea buy"), "buy_tea", "sencha"),
        (UserSaid("3"), "buy_coffee", "Buy"),
        (UserSaid("the first"), "buy_tea", "sencha"),
        (UserSaid("abuot tea"), "about_tea", "About tea"),
        (Uploaded((), "coffee"), "buy_coffee", "Buy"),
    ],
)
def test_a_press_or_its_words(event, port, stored):
    assert SHOP.resume(CTX, event) == Next(port=port, set={"product": stored})


@pytest.mark.parametrize(
    "event",
    [UserSaid("buy"), UserSaid("green tea"), UserSaid("page"), UserSaid("4"), UserSaid(""),
     Chosen(("page",)), Chosen(("gone",)), Chosen(()), Chosen(("buy_tea", "about_tea")),
     Uploaded(())],
)  # fmt: skip
def test_what_names_no_button_or_several_is_asked_again(event):
    again = Wait(on="reply", say=(Message("Please choose one of the options."),))
    assert SHOP.resume(CTX, event) == again


def test_nothing_is_stored_unasked():
    node_ = Cards(cards=[COFFEE])
    assert node_.resume(CTX, Chosen(("buy_coffee",))) == Next(port="buy_coffee")


def test_only_a_reply_by_name_is_claimed():
    assert SHOP.claims(CTX, UserSaid("2")) is True
    assert SHOP.claims(CTX, Chosen(("buy_tea",))) is True
    assert SHOP.claims(CTX, UserSaid("abuot tea")) is False
    assert SHOP.claims(CTX, UserSaid("cancel")) is False


def test_what_is_stored_does_not_depend_on_the_language():
    norwegian = SHOP.with_texts(
        {"cards.tea.buttons.about_tea.label": "Om te", "cards.coffee.title": "Kaffe"}
    )
    assert norwegian.resume(CTX, UserSaid("om te")) == Next(
        port="about_tea", set={"product": "About tea"}
    )
    assert norwegian.resume(CTX, UserSaid("kaffe")) == Next(
        port="buy_coffee", set={"product": "Buy"}
    )


def test_links_that_turn_out_unsafe_are_left_out():
    button = {"id": "a", "label": "A", "url": "{{ link }}"}
    node_ = Cards(cards=[{"id": "x", "title": "X", "buttons": [button]}])
    for link, shown in [
        ("https://example.com", [{"id": "a", "label": "A", "url": "https://example.com"}]),
        ("mailto:ada@example.com", [{"id": "a", "label": "A", "url": "mailto:ada@example.com"}]),
        ("tel:+4740612345", [{"id": "a", "label": "A", "url": "tel:+4740612345"}]),
        ("javascript:alert(1)", []),
        ("https://", []),
        ("", []),
    ]:
        outcome = node_.run(context(link=link))
        assert isinstance(outcome, Next)
        assert outcome.say[0].cards[0]["buttons"] == shown


@pytest.mark.parametrize("image", ["javascript:alert(1)", "", "cup.png"])
def test_so_are_pictures(image):
    node_ = Cards(cards=[{"id": "x", "title": "X", "image": "{{ image }}"}])
    assert node_.ask_again(context(image=image))[0].cards == ({"id": "x", "title": "X"},)


def test_ports():
    assert [(port.id, port.label, port.kind) for port in SHOP.ports()] == [
        ("buy_tea", "Buy", "branch"),
        ("about_tea", "About tea", "branch"),
        ("buy_coffee", "Buy", "branch"),
        ("next", "Next", "usual"),
    ]


@pytest.mark.parametrize(
    ("cards", "where", "kind"),
    [
        ([], ("cards",), "too_short"),
        ([COFFEE, COFFEE], ("cards", 1, "id"), "repeated_id"),
        ([COFFEE, {**COFFEE, "id": "b"}], ("cards", 1, "buttons", 0, "id"), "repeated_id"),
        (
            [{**COFFEE, "buttons": [{"id": "next", "label": "x"}]}],
            ("cards", 0, "buttons", 0, "id"),
            "port_id",
        ),
        ([COFFEE, {"id": "a", "title": " "}], ("cards", 1, "title"), "blank"),
        (
            [TEA, {**COFFEE, "buttons": [{"id": "a", "label": "A", "url": "javascript:x"}]}],
            ("cards", 1, "buttons", 0, "url"),
            "address",
        ),
    ],
)
def test_wrong_configurations(cards, where, kind):
    with pytest.raises(ValidationError) as caught:
        Cards.model_validate({"cards": cards})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(where, kind)]


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("shop", "cards", cards=[TEA, COFFEE], variable="product"),
                node("buy", "message", text="You get {{ product }}."),
                node("about", "message", text="It is green."),
                "shop > buy",
                "shop.about_tea > about",
            ),
            variables=[{"name": "product"}, {"name": "price", "default": 5}],
        )
    )
    assert talk.last.messages[0].cards[0]["title"] == "Green tea"
    assert talk.say("a cup") == ["Please choose one of the options."]
    assert talk.say("coffee") == ["You get Buy."]  # a button without an edge goes by next


def test_whoever_keeps_writing_something_else_is_not_left_alone():
    talk = Talk(release(flow("main", node("shop", "cards", cards=[COFFEE]))))
    said = [talk.say("hm") for _ in range(3)]
    assert said[:2] == [["Please choose one of the options."]] * 2
    assert said[2]
    assert talk.status == "bot"
    assert talk.choose("buy_coffee") == []
    assert talk.status == "ended"
