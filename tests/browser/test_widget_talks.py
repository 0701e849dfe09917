"""The widget follows the talk: its own words in the talk's language, and files it speaks of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Flyt
from tests.browser.looks import Look
from tests.browser.test_colleagues import file, picture
from tests.browser.test_conversations import Shop

NAME, PLACE = "Your name, please?", "Where do you live, {{ name }}?"
TEXTS = {
    "nb": ("Hva heter du?", "Hvor bor du, {{ name }}?"),
    "uk": ("Як вас звати?", "Де ви живете, {{ name }}?"),
}


def bilingual() -> dict[str, Any]:
    nodes = [
        {"id": "name", "type": "ask.text", "config": {"text": NAME, "variable": "name"}},
        {"id": "place", "type": "ask.text", "config": {"text": PLACE, "variable": "place"}},
        {"id": "more", "type": "ask.text", "config": {"text": "{{ place }}!", "variable": "name"}},
    ]
    order = [("name", "place"), ("place", "more"), ("more", "place")]
    return {
        "format": "flyt/1",
        "name": "Five tongues",
        "language": "en",
        "variables": [{"name": "name"}, {"name": "place"}],
        "languages": {
            code: {
                "flows.main.nodes.name.config.text": name,
                "flows.main.nodes.place.config.text": place,
                "flows.main.nodes.more.config.text": "{{ place }}!",
            }
            for code, (name, place) in TEXTS.items()
        },
        "flows": [
            {
                "id": "main",
                "name": "Main",
                "start": "name",
                "triggers": [{"kind": "start"}],
                "nodes": nodes,
                "edges": [{"source": a, "port": "next", "target": b} for a, b in order],
            }
        ],
    }


def photographs() -> dict[str, Any]:
    """Asks for a picture and shows it: by a step that shows media, on a card, and to download."""
    stored = "/files/{{ photo.id }}"
    card = {"id": "c", "title": "Yours", "image": stored, "buttons": [{"id": "ok", "label": "OK"}]}
    nodes = [
        {"id": "ask", "type": "ask.file", "config": {"text": "A photo?", "variable": "photo"}},
        {
            "id": "show",
            "type": "media",
            "config": {"kind": "image", "url": stored, "caption": "So"},
        },
        {"id": "have", "type": "media", "config": {"kind": "file", "url": stored}},
        {"id": "lost", "type": "media", "config": {"kind": "image", "url": "/files/0190-none"}},
        {"id": "card", "type": "cards", "config": {"cards": [card]}},
    ]
    ids = [node["id"] for node in nodes]
    edges = [{"source": a, "port": "next", "target": b} for a, b in itertools.pairwise(ids)]
    main = {"id": "main", "name": "Main", "start": "ask", "nodes": nodes, "edges": edges}
    return {
        "format": "flyt/1",
        "name": "Photographs",
        "variables": [{"name": "photo"}],
        "flows": [main | {"triggers": [{"kind": "start"}]}],
    }


@pytest.fixture(scope="module")
def tongues(flyt: Flyt, owner: Any) -> Shop:
    made = Shop(flyt, owner, bilingual())
    texts = {"nb": {"write": "Skriv til oss"}}  # the channel's own
    made.admin.patch(
        f"/channels/{made.channel}", json={"settings": {"texts": texts}}
    ).raise_for_status()
    return made


@pytest.fixture(scope="module")
def photos(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, photographs())


@pytest.fixture
def visiting(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=DESKTOP, locale="en-GB")
    yield context
    context.close()


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def test_its_words_follow_the_talk(visiting: BrowserContext, flyt: Flyt, tongues: Shop) -> None:
    page, other = visiting.new_page(), visiting.new_page()
    for tab in (page, other):
        tab.goto(f"{flyt.url}/chat/{tongues.key}")
        expect(tab.get_by_role("log")).to_contain_text(NAME)
        expect(box(tab, "Write a message")).to_be_visible()
    box(other, "Write a message").fill("half a sent")
    box(page, "Write a message").fill("Jeg heter Ada, og jeg vil gjerne snakke norsk med dere.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hvor bor du")
    for tab in (page, other):
        expect(box(tab, "Skriv til oss")).to_be_visible()
        expect(tab.get_by_role("button", name="Legg ved filer")).to_be_visible()
        expect(tab.get_by_role("log", name="Samtale")).to_contain_text("I dag")
        assert (
            tab.evaluate(
                "document.querySelector('flyt-chat').shadowRoot.querySelector('.flyt').lang"
            )
            == "nb"
        )
    expect(box(other, "Skriv til oss")).to_have_value("half a sent")
    page.reload()
    expect(box(page, "Skriv til oss")).to_be_visible()
    box(page, "Skriv til oss").fill("українська")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Де ви живете")
    expect(box(page, "Напишіть повідомлення")).to_be_visible()
    page.get_by_role("button", name="Меню").click()
    page.get_by_role("menuitem", name="Почати нову розмову").click()
    expect(page.get_by_role("log")).to_contain_text(NAME)
    expect(box(page, "Write a message")).to_be_visible()


def test_a_file_that_was_sent_is_shown_by_a_step(
    visiting: BrowserContext, flyt: Flyt, photos: Shop
) -> None:
    page = visiting.new_page()
    page.goto(f"{flyt.url}/chat/{photos.key}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("A photo?")
    page.locator("flyt-chat input[type=file]").set_input_files(file("cat.png", picture(320, 200)))
    page.get_by_role("button", name="Send").click()
    for _ in range(2):
        shown = log.get_by_role("img", name="So")
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
        on_card = log.locator(".card img")
        expect(on_card).to_be_visible()
        assert on_card.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
        expect(log.get_by_role("button", name="cat.png").filter(has_text="kB")).to_have_count(1)
        expect(log.get_by_text("The file can’t be had right now.")).to_have_count(1)
        page.reload()  # the addresses are made anew
    with page.expect_response("**/files/*-*"), page.expect_popup():
        log.get_by_role("img", name="So").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_looks(size: Any, theme: str, flyt: Flyt, photos: Shop, chromium: Browser) -> None:
    context = chromium.new_context(viewport=size, locale="en-GB", color_scheme=theme)  # pyright: ignore[reportArgumentType]
    page = context.new_page()
    page.goto(f"{flyt.url}/chat/{photos.key}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("A photo?")
    page.locator("flyt-chat input[type=file]").set_input_files(file("cat.png", picture(320, 200)))
    page.get_by_role("button", name="Send").click()
    expect(log.locator(".card img")).to_be_visible()
    Look(theme)(page, "files-of-a-step")
    context.close()
