"""From an empty workspace to an answered visitor, by hand: drawn, tried, published, embedded."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Builder
from tests.browser.looks import Look
from tests.browser.shop import Shop, Sites, Visitor
from tests.browser.test_editor import Editor, middle

ASKED = ["Welcome to the corner shop.", "What is your name?"]


def test_draw_try_publish_embed_and_chat(builder: Builder, sites: Sites) -> None:
    keep = Look("light").keep
    page = builder.visit()
    page.get_by_role("button", name="Add bot").click()
    page.get_by_role("button", name="Start drawing").click()
    page.wait_for_url("**/edit")
    draw(Editor(page, builder.url, page.url.split("/")[-2]))
    keep(page, "slice-1-drawn")
    rehearse(page)
    keep(page, "slice-2-tried")
    publish(page)
    shop = sites.at(connect(builder))
    context = sites.browser()
    visitor = sites.visit(shop, context)
    chat(sites, context, shop, visitor)
    keep(visitor.page, "slice-3-visited")
    look_in_the_inbox(builder)
    keep(page, "slice-4-answered")


def draw(editor: Editor) -> None:
    """Greeting, a question from the palette, thanks from an edge dropped on empty ground."""
    page, panel = editor.page, editor.page.locator(".panel")
    expect(editor.cards).to_have_count(1)
    page.wait_for_timeout(400)  # the view settles on the flow
    greeting = editor.cards.first
    greeting.click(position={"x": 100, "y": 12})
    text = panel.locator('[data-path="config.text"]').get_by_role("textbox")
    write(page, text, ASKED[0])
    step = page.get_by_label("Steps to add").get_by_role("button", name="Text", exact=True)
    x, y = middle(greeting)
    ground = page.locator(".react-flow__pane")
    corner = ground.bounding_box()
    assert corner
    step.drag_to(ground, target_position={"x": x - corner["x"], "y": y - corner["y"] + 170})
    expect(editor.cards).to_have_count(2)
    question = editor.cards.nth(1)
    write(page, text, ASKED[1])
    variable = panel.locator('[data-path="config.variable"]').get_by_role("combobox")
    variable.fill("name")
    variable.press("Enter")
    box = question.bounding_box()
    assert box
    editor.connect(greeting, "Next", (box["x"] + 3, box["y"] + 20))
    expect(editor.edges).to_have_count(1)
    x, y = middle(question)
    editor.connect(question, "Next", (x + 230, y - 200))  # well above the map in the corner
    menu = page.get_by_role("dialog", name="Choose the next step")
    menu.get_by_label("Find a step").fill("message")
    menu.get_by_label("Find a step").press("Enter")
    expect(editor.edges).to_have_count(2)
    write(page, text, "Nice to meet you, {{ name }}.")
    editor.same_as_server()


def write(page: Page, field: Any, words: str) -> None:
    field.click()
    field.press("ControlOrMeta+a")
    field.press_sequentially(words, delay=5)
    page.keyboard.press("Escape")


def rehearse(page: Page) -> None:
    page.get_by_role("button", name="Test", exact=True).click()
    panel = page.locator(".test-panel")
    expect(panel).to_contain_text(ASKED[1])
    panel.get_by_label("Write as the visitor").fill("Ada")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Nice to meet you, Ada.")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Note").fill("The first one")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog", name="Version 1 is live")).to_be_visible()
    page.keyboard.press("Escape")


def connect(builder: Builder) -> str:
    """The key of a new website chat of the bot just drawn."""
    page = builder.visit("/connections")
    page.get_by_role("button", name="Add website chat").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Corner shop")
    dialog.get_by_label("Bot").select_option(label="New bot")
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Look")).to_be_visible()
    link = page.get_by_role("link", name="Open the chat").get_attribute("href") or ""
    return link.removeprefix("/chat/")


def chat(sites: Sites, context: BrowserContext, shop: Shop, visitor: Visitor) -> None:
    """Half-way the page is loaded anew, the line is cut, and a second tab looks on."""
    sites.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    visitor.open()
    assert visitor.said() == ASKED
    visitor.page.reload()
    expect(visitor.log).to_contain_text(ASKED[1])
    second = sites.visit(shop, context)
    second.open()
    context.set_offline(True)
    visitor.say("Kari")
    expect(visitor.page.locator(".waiting")).to_have_count(1)
    context.set_offline(False)
    said = [*ASKED, "Kari", "Nice to meet you, Kari."]
    for tab in (visitor, second):
        expect(tab.log).to_contain_text(said[-1])
        assert tab.said() == said


def look_in_the_inbox(builder: Builder) -> None:
    page = builder.visit("/inbox")
    expect(page.get_by_text("Nice to meet you, Kari.").first).to_be_visible()
