"""Website chats: make one, put it on a site, change its look, say where it may be shown."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Builder, document

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def chat(builder: Builder) -> Page:
    """The page of a new website chat whose bot is live."""
    name = f"Shop {secrets.token_hex(3)}"
    builder.add_bot(document(name=name))
    builder.publish()
    builder.toast("is live")
    page = builder.visit("/connections")
    page.get_by_role("button", name="Add website chat").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("A chat needs a name")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Bot").select_option(label=name)
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="Look")).to_be_visible()
    return page


def config(page: Page, origin: str = "") -> httpx.Response:
    """What the widget reads of the chat on the page."""
    key = page.get_by_role("link", name="Open the chat").get_attribute("href")
    assert key
    base = page.url.split("/connections")[0]
    headers = {"origin": origin} if origin else {}
    return httpx.get(f"{base}/api/v1{key}/config", headers=headers)


def opened(page: Page, key: str) -> int:
    base = page.url.split("/connections")[0]
    body = {"client_id": secrets.token_hex(16)}
    return httpx.post(f"{base}/api/v1/chat/{key}/conversations", json=body).status_code


def stage(page: Page) -> Locator:
    return page.locator(".look-stage")


def test_the_snippet_and_the_link_are_copied(chat: Page) -> None:
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = chat.get_by_role("link", name="Open the chat").get_attribute("href") or ""
    key, base = link.removeprefix("/chat/"), chat.url.split("/connections")[0]
    assert len(key) == 24
    chat.get_by_role("button", name="Copy", exact=True).click()
    expect(chat.get_by_role("button", name="Copied")).to_be_visible()
    assert chat.evaluate("navigator.clipboard.readText()") == (
        f'<script src="{base}/widget.js" data-channel="{key}" async></script>'
    )
    chat.get_by_role("button", name="Copy link").click()
    expect(chat.get_by_role("button", name="Copied")).to_have_count(2)
    assert chat.evaluate("navigator.clipboard.readText()") == f"{base}/chat/{key}"


def test_a_change_of_the_look_is_seen_at_once_and_kept_when_saved(
    chat: Page, builder: Builder
) -> None:
    before = config(chat).json()["look"]
    head = stage(chat).locator(".look-head")
    chat.get_by_label("Title").fill("Ask the shop")
    expect(head).to_contain_text("Ask the shop")
    colour = chat.get_by_label("Colour", exact=True)
    colour.fill("0A7D55")
    said = stage(chat).locator(".look-said.visitor")
    expect(said).to_have_css("background-color", "rgb(10, 125, 85)")
    expect(said).to_have_css("color", "rgb(255, 255, 255)")
    chat.get_by_role("radio", name="Left").check()
    expect(stage(chat)).to_have_attribute("data-side", "left")
    chat.get_by_role("radio", name="Dark").check()
    expect(stage(chat)).to_have_attribute("data-mode", "dark")
    chat.get_by_label("Corners of messages").fill("4")
    expect(said).to_have_css("border-radius", "4px")
    chat.get_by_label("Words on the button").fill("Chat")
    expect(stage(chat).locator(".look-launcher")).to_have_text("Chat")
    chat.get_by_label("Greeting above the button").fill("Can I help?")
    expect(stage(chat).locator(".look-greeting")).to_have_text("Can I help?")
    picture = {"name": "ada.png", "mimeType": "image/png", "buffer": PIXEL}
    chat.locator("input[type=file]").set_input_files(picture)
    expect(head.locator("img")).to_be_visible()
    assert config(chat).json()["look"] == before

    chat.get_by_role("button", name="Save the look").click()
    builder.toast("The look is saved")
    kept = config(chat).json()["look"]
    assert kept.pop("avatar").startswith("data:image/")
    assert kept == {
        "accent": "#0a7d55",
        "title": "Ask the shop",
        "subtitle": "",
        "mode": "dark",
        "position": "left",
        "launcher": {"text": "Chat"},
        "greeting": "Can I help?",
        "radius": 4,
    }
    expect(chat.get_by_role("button", name="Save the look")).to_be_disabled()
    chat.reload()
    expect(head).to_contain_text("Ask the shop")
    expect(colour).to_have_value("#0a7d55")


def test_a_saved_look_can_be_taken_back(chat: Page, builder: Builder) -> None:
    chat.get_by_label("Title").fill("By mistake")
    chat.get_by_role("button", name="Save the look").click()
    builder.toast("The look is saved")
    chat.get_by_role("button", name="Undo", exact=True).click()
    expect(chat.get_by_label("Title")).to_have_value("")
    assert config(chat).json()["look"]["title"] == ""
    chat.get_by_label("Title").fill("Not meant")
    chat.get_by_role("button", name="Undo the changes").click()
    expect(chat.get_by_label("Title")).to_have_value("")


def test_two_people_at_one_look_do_not_overwrite_each_other_unawares(
    chat: Page, open_builder: Callable[..., Builder], owner: Any
) -> None:
    other = open_builder(owner).page
    other.goto(chat.url)
    expect(other.get_by_role("heading", name="Look")).to_be_visible()
    for page, title in ((other, "First"), (chat, "Second")):
        page.get_by_label("Title").fill(title)
        page.get_by_role("button", name="Save the look").click()
    refused = chat.get_by_role("alert").filter(has_text="Somebody else saved changes here")
    expect(refused).to_be_visible()
    assert config(chat).json()["look"]["title"] == "First"
    expect(chat.get_by_label("Title")).to_have_value("Second")
    chat.get_by_role("button", name="Save the look").click()
    expect(refused).to_be_hidden()
    assert config(chat).json()["look"]["title"] == "Second"
    for page, words in ((chat, "Hello?"), (other, "Ask away")):
        page.get_by_label("In the empty text box").fill(words)
        page.get_by_role("button", name="Save the words").click()
        expect(page.get_by_role("button", name="Save the words")).to_be_enabled()
    expect(other.get_by_role("alert").filter(has_text="Somebody else")).to_be_visible()
    assert config(chat).json()["texts"]["write"] == "Hello?"


def test_a_chat_is_deleted_once_it_is_said_what_stops(chat: Page, builder: Builder) -> None:
    href = chat.get_by_role("link", name="Open the chat").get_attribute("href")
    assert href
    key = href.rpartition("/")[2]
    name = chat.get_by_role("heading", level=1).inner_text()
    assert opened(chat, key) == 201
    chat.get_by_role("button", name="Delete", exact=True).click()
    dialog = chat.get_by_role("dialog")
    expect(dialog).to_contain_text("The line on your site shows no chat any more")
    dialog.get_by_role("button", name="Cancel").click()
    assert opened(chat, key) == 201
    chat.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete for good").dblclick()
    builder.toast(f"{name} is deleted")
    expect(chat.get_by_role("heading", level=1)).to_have_text("Connections")
    expect(chat.get_by_role("row").filter(has_text=name)).to_have_count(1)  # the bot's own chat
    assert opened(chat, key) == 404


def test_a_colour_is_always_readable(chat: Page) -> None:
    said = stage(chat).locator(".look-said.visitor")
    colour = chat.get_by_label("Colour", exact=True)
    colour.fill("#ffd60a")
    expect(said).to_have_css("color", "rgb(28, 32, 36)")
    expect(chat.get_by_text("White would be hard to read on this colour")).to_be_visible()
    colour.fill("#fafafa")
    expect(chat.get_by_text("This colour hardly stands out")).to_be_visible()
    colour.fill("#7a7a7a")  # neither white nor near black is enough
    expect(said).to_have_css("color", "rgb(0, 0, 0)")
    colour.fill("#1c2024")
    expect(said).to_have_css("color", "rgb(255, 255, 255)")
    colour.fill("#12")
    expect(colour).to_have_attribute("aria-invalid", "true")
    expect(chat.get_by_role("button", name="Save the look")).to_be_disabled()
    chat.get_by_label("Pick a colour").fill("#0a7d55")
    expect(colour).to_have_value("#0a7d55")


def test_a_file_that_is_no_picture_is_refused_beside_its_button(chat: Page) -> None:
    file = {"name": "ada.png", "mimeType": "image/png", "buffer": b"not a picture"}
    chat.locator("input[type=file]").set_input_files(file)
    group = chat.get_by_role("group", name="Picture")
    expect(group.get_by_role("alert")).to_contain_text("no picture that the browser can read")


def test_sites_are_checked_listed_and_taken_back(chat: Page, builder: Builder) -> None:
    assert config(chat, "https://other.example").status_code == 200
    field, add = chat.get_by_label("Add a site"), chat.get_by_role("button", name="Add", exact=True)
    for written, mend in (
        ("https://shop.example/cart", "Leave out all but the site itself: https://shop.example"),
        ("*", "an empty list allows every site"),
        ("shop.example", "Begin with https://"),
    ):
        field.fill(written)
        add.click()
        expect(chat.locator("#origin-error")).to_contain_text(mend, ignore_case=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(written)
    field.fill("https://Shop.example:443/")
    add.click()
    sites = chat.get_by_role("list", name="Allowed sites")
    expect(sites.get_by_role("listitem")).to_have_text(["https://shop.exampleRemove"])
    expect(field).to_have_value("")
    assert config(chat, "https://shop.example").status_code == 200
    assert config(chat, "https://other.example").status_code == 403
    assert config(chat, builder.url).status_code == 200

    sites.get_by_role("button", name="Remove https://shop.example").click()
    builder.toast("The list is empty, so every site may show this chat.")
    assert config(chat, "https://other.example").status_code == 200
    chat.get_by_role("button", name="Undo", exact=True).click()
    expect(sites.get_by_role("listitem")).to_have_count(1)
    builder.visit("/connections")
    expect(chat.get_by_role("cell", name="shop.example").first).to_be_visible()


def test_a_chat_that_is_off_answers_nobody(chat: Page, builder: Builder) -> None:
    key = (chat.get_by_role("link", name="Open the chat").get_attribute("href") or "")[6:]
    assert opened(chat, key) == 201
    chat.get_by_role("button", name="Switch off").click()
    builder.toast("is off: visitors see no chat")
    expect(chat.get_by_text("This chat is off: visitors see nothing on your site")).to_be_visible()
    assert opened(chat, key) == 404
    chat.get_by_role("button", name="Undo", exact=True).click()
    expect(chat.get_by_role("link", name="Open the chat")).to_be_visible()
    assert opened(chat, key) == 201


def test_its_bot_name_and_words_are_changed(chat: Page, builder: Builder) -> None:
    bot = chat.get_by_label("Bot that answers")
    bot.select_option("")
    expect(chat.get_by_text("Choose a bot, so that somebody answers here.")).to_be_visible()
    bot.select_option(label="Demo")
    builder.toast("Demo answers here from now on.")
    chat.get_by_label("In the empty text box").fill("Ask us anything")
    chat.get_by_role("button", name="Save the words").click()
    builder.toast("The words are saved.")
    assert config(chat).json()["texts"] == {"write": "Ask us anything"}
    chat.get_by_role("button", name="Rename").click()
    dialog = chat.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Front page")
    dialog.get_by_role("button", name="Rename").click()
    expect(chat.get_by_role("heading", level=1)).to_have_text("Front page")
    assert config(chat).json()["name"] == "Front page"


def test_an_unknown_chat_is_said_to_be_missing(builder: Builder) -> None:
    for address in ("/connections/01900000-0000-7000-8000-000000000000", "/connections/nonsense"):
        page = builder.visit(address)
        expect(page.get_by_role("heading", name="This chat is not here")).to_be_visible()


def test_the_demo_is_there_from_the_first_run_and_can_be_opened(builder: Builder) -> None:
    page = builder.visit("/connections")
    demo = page.locator("a[href^='/connections/']", has_text="Demo")  # others have its bot only
    row = page.get_by_role("row").filter(has=demo).first
    expect(row.get_by_text("Live")).to_be_visible()
    assert opened(page, "demo") == 201
    row.get_by_role("link", name="Demo").last.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    expect(page.get_by_role("link", name="Talk to it")).to_have_attribute("href", "/chat/demo")
    page.get_by_role("link", name="Put it on your site").click()
    expect(page.get_by_text('data-channel="demo"')).to_be_visible()
