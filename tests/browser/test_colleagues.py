"""What visitor and colleagues see of a person at work: files, that somebody writes, ratings."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Builder, Flyt
from tests.browser.looks import Look
from tests.browser.test_answering import Desk, Open, chat, member, post, write
from tests.browser.test_conversations import Shop, row, shop, transcript

CHOOSER = "input[type=file]"
MEGABYTE = 1024 * 1024


def picture(width: int = 640, height: int = 400, colour: bytes = b"\xdc\x14\x3c") -> bytes:
    """A PNG of one colour."""
    lines = zlib.compress((b"\0" + colour * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", lines), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop("Colleagues", "Hello"))


@pytest.fixture
def anna(open_builder: Open, flyt: Flyt, flowers: Shop) -> Builder:
    return open_builder(member(flyt, flowers, "Anna Berg", "agent"))


def waiting(desk: Desk) -> Locator:
    return desk.part.get_by_role("list", name="Files to be sent").get_by_role("listitem")


def drop(page: Page, name: str, text: str) -> None:
    """A file from elsewhere, held over the transcript and let go."""
    page.evaluate(
        """([name, text]) => {
          const held = new DataTransfer();
          held.items.add(new File([text], name, { type: "text/plain" }));
          const place = document.querySelector(".inbox-transcript");
          const how = { dataTransfer: held, bubbles: true, cancelable: true };
          for (const kind of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(kind, how));
        }""",
        [name, text],
    )


def paste(page: Page, name: str, also: str = "") -> None:
    page.evaluate(
        """([name, also]) => {
          const held = new DataTransfer();
          held.items.add(new File(["a,b"], name, { type: "text/plain" }));
          if (also) held.setData("text/plain", also);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
        }""",
        [name, also],
    )


def test_files_go_with_an_answer(
    anna: Builder, flyt: Flyt, flowers: Shop, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="en-GB")
    visiting = context.new_page()
    log = chat(visiting, flyt, flowers.key)
    write(visiting, "Ada")
    expect(log).to_contain_text("Which ones?")
    inbox = anna.visit(f"/inbox?bot={flowers.bot}")
    inbox.locator(".inbox-lines > li").first.get_by_role("link").click()
    inbox.wait_for_url("**id=*")
    desk = Desk(anna, inbox.url.rpartition("id=")[2])
    page = desk.page
    desk.press("Take over")
    roses, plan = file("roses.png", picture()), file("plan of the week.txt", b"Monday: roses")
    desk.part.locator(CHOOSER).set_input_files([roses, plan])
    expect(waiting(desk)).to_have_count(2)
    expect(waiting(desk).nth(1)).to_contain_text("13 byte")
    drop(page, "dropped.txt", "Let go here")
    desk.box.focus()
    paste(page, "pasted.csv")
    paste(page, "cells.csv", also="a\tb")  # cells come as a picture, too: they are meant as text
    expect(waiting(desk)).to_have_count(4)
    desk.part.get_by_role("button", name="Remove dropped.txt").click()
    expect(waiting(desk)).to_have_count(3)
    expect(desk.part.get_by_role("progressbar")).to_have_count(0)
    page.reload()  # what is uploaded waits with the draft
    expect(waiting(desk)).to_have_count(3)
    desk.say("These, or **those**?")
    expect(waiting(desk)).to_have_count(0)
    said = desk.said("agent", "These, or those?")
    expect(said.get_by_role("img", name="roses.png")).to_be_visible()
    expect(said.get_by_role("link", name="plan of the week.txt")).to_be_visible()
    expect(transcript(page).get_by_text("These, or")).to_have_count(1)

    shown = log.locator(".row", has_text="These, or those?")
    drawn = shown.get_by_role("img", name="roses.png")
    expect(drawn).to_be_visible()
    assert drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    chip = shown.get_by_role("button", name="plan of the week.txt")
    expect(chip).to_contain_text("1 kB")
    with visiting.expect_response("**/files/*-*") as answer, visiting.expect_popup():
        chip.click()
    assert httpx.get(f"{flyt.url}{answer.value.json()['url']}").content == b"Monday: roses"
    visiting.reload()
    expect(log.get_by_role("img", name="roses.png")).to_be_visible()
    expect(log.get_by_role("button", name="plan of the week.txt")).to_have_count(1)
    context.close()


def test_files_alone_are_an_answer(anna: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor("Ada")
    desk = Desk(anna, visitor.id)
    desk.press("Take over")
    send = desk.part.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    desk.part.locator(CHOOSER).set_input_files(file("bouquet.png", picture()))
    expect(send).to_be_enabled()
    desk.page.route("**/messages", lambda route: (route.fetch(), route.abort()), times=1)
    send.click()  # the answer to this is lost; sent again, it is said once
    expect(transcript(desk.page).get_by_role("img", name="bouquet.png")).to_have_count(1)
    expect(transcript(desk.page).locator(".inbox-said.agent")).to_have_count(1)
    expect(row(desk.page, visitor)).to_contain_text("Staff: A file")


def test_what_cannot_be_attached_is_told(anna: Builder, flowers: Shop) -> None:
    desk = Desk(anna, flowers.visitor("Ada").id)
    page = desk.page
    desk.press("Take over")
    chooser = desk.part.locator(CHOOSER)
    chooser.set_input_files(file("film.txt", b"a" * (20 * MEGABYTE + 1)))
    expect(waiting(desk)).to_contain_text("Too large: at most 20 MB.")
    desk.box.fill("Here")
    expect(desk.part.get_by_role("button", name="Send")).to_be_disabled()
    desk.part.get_by_role("button", name="Remove film.txt").click()
    expect(desk.part.get_by_role("button", name="Send")).to_be_enabled()
    chooser.set_input_files(file("page.html", b"<html><script>alert(1)</script></html>"))
    expect(waiting(desk)).to_contain_text("can't be sent here")
    desk.part.get_by_role("button", name="Remove page.html").click()
    page.route("**/files", lambda route: route.abort(), times=1)
    chooser.set_input_files(file("plan.txt", b"Monday"))
    expect(waiting(desk)).to_contain_text("Flyt did not answer.")
    waiting(desk).get_by_role("button", name="Try again").click()
    expect(waiting(desk).get_by_role("alert")).to_have_count(0)
    chooser.set_input_files([file(f"{n}.txt", b"1") for n in range(10)])
    expect(desk.part.get_by_text("At most 10 files go with one answer.")).to_be_visible()
    expect(waiting(desk)).to_have_count(10)


def test_a_person_is_seen_writing(
    anna: Builder, builder: Builder, flyt: Flyt, flowers: Shop, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="en-GB")
    visiting = context.new_page()
    log = chat(visiting, flyt, flowers.key)
    write(visiting, "Ada")
    expect(log).to_contain_text("Which ones?")
    inbox = anna.visit(f"/inbox?bot={flowers.bot}")
    inbox.locator(".inbox-lines > li").first.get_by_role("link").click()
    inbox.wait_for_url("**id=*")
    hers = Desk(anna, inbox.url.rpartition("id=")[2])
    hers.press("Take over")
    mine = Desk(builder, hers.page.url.rpartition("id=")[2])
    expect(mine.part).to_contain_text("Anna Berg is talking")
    expect(log).to_contain_text("Anna Berg joined")
    write(visiting, "Hello?")
    expect(mine.said("visitor", "Hello?")).to_be_visible()  # both hear what happens by now

    told: list[Any] = []
    hers.page.on("request", lambda sent: sent.url.endswith("/typing") and told.append(sent))
    sign = log.get_by_text("Anna Berg is writing")
    seen = transcript(mine.page).get_by_text("Anna Berg is writing")
    hers.box.press_sequentially("We have roses and tulips", delay=20)
    expect(sign).to_be_attached()
    expect(seen).to_be_visible()
    expect(transcript(hers.page).get_by_text("is writing")).to_have_count(0)
    assert len(told) <= 3, "one sign lasts for seconds"
    hers.box.fill("")
    expect(sign).to_have_count(0)
    expect(seen).to_have_count(0)
    hers.say("Roses.")
    expect(log).to_contain_text("Roses.")
    expect(sign).to_have_count(0)
    hers.box.fill("And tul")
    expect(sign).to_be_attached()
    expect(seen).to_be_visible()
    expect(sign).to_have_count(0, timeout=9_000)  # nothing more is heard of it
    expect(seen).to_have_count(0)
    hers.box.fill("And tulips")
    expect(sign).to_be_attached()
    post(flowers, Known(hers), "hand-back")
    expect(log).to_contain_text("The assistant is back")
    expect(sign).to_have_count(0, timeout=1_500)
    context.close()


class Known:
    """A visitor of whom only the conversation is known."""

    def __init__(self, desk: Desk) -> None:
        self.id = desk.page.url.rpartition("id=")[2]


def test_ratings_show_at_once_at_a_colleagues(
    anna: Builder, builder: Builder, flowers: Shop
) -> None:
    visitor = flowers.visitor("Ada")
    hers, mine = Desk(anna, visitor.id), Desk(builder, visitor.id)

    def thumb(desk: Desk, name: str) -> Locator:
        said = desk.said("bot", "Which ones?").last
        said.hover()
        return said.get_by_role("button", name=name)

    for name in ("Good answer", "Bad answer"):
        expect(thumb(mine, name)).to_have_attribute("aria-pressed", "false")
    thumb(hers, "Bad answer").click()
    expect(thumb(mine, "Bad answer")).to_have_attribute("aria-pressed", "true")
    mine.said("bot", "Which ones?").last.get_by_role("button", name="Correct it").click()
    dialog = mine.page.get_by_role("dialog", name="The right answer")
    dialog.get_by_label("Question").fill("Which flowers are there?")
    dialog.get_by_label("Right answer").fill("Roses and tulips.")
    dialog.get_by_role("button", name="Save the answer").click()
    expect(
        hers.said("bot", "Which ones?").last.get_by_role("link", name="Reviewed")
    ).to_be_visible()
    thumb(hers, "Bad answer").click()  # taken back
    expect(thumb(mine, "Bad answer")).to_have_attribute("aria-pressed", "false")

    offline: list[Route] = []
    hers.page.route("**/stream*", lambda route: (offline.append(route), route.abort()))
    hers.page.evaluate(HIDE, "hidden")
    thumb(mine, "Good answer").click()
    hers.page.unroute_all()
    hers.page.evaluate(HIDE, "visible")  # who was away reads it again
    expect(thumb(hers, "Good answer")).to_have_attribute("aria-pressed", "true")


HIDE = """state => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_looks(person: Builder, look: Look, flowers: Shop, flyt: Flyt) -> None:
    visitor = flowers.visitor("Ada")
    desk = Desk(person, visitor.id)
    desk.press("Take over")
    rows = [file("roses.png", picture()), file("plan of the week, in a long name.txt", b"Mon")]
    desk.part.locator(CHOOSER).set_input_files(rows)
    desk.part.locator(CHOOSER).set_input_files(file("page.html", b"<html></html>"))
    expect(waiting(desk).nth(2)).to_contain_text("can't be sent here")
    desk.box.fill("These, or **those**?")
    look(desk.page, "attach-waiting")
    desk.page.evaluate(
        """() => { const held = new DataTransfer(); held.items.add(new File(["a"], "a.txt"));
        document.querySelector(".inbox-transcript").dispatchEvent(
          new DragEvent("dragover", { dataTransfer: held, bubbles: true, cancelable: true })); }"""
    )
    expect(desk.part.get_by_text("Drop to attach")).to_be_visible()
    look(desk.page, "attach-dropping")
    desk.page.evaluate(
        "document.querySelector('.inbox-transcript').dispatchEvent(new DragEvent('dragleave',"
        " { bubbles: true }))"
    )
    desk.part.get_by_role("button", name="Remove page.html").click()
    desk.box.press("Enter")
    visitor.say(files=[visitor.upload("mine.png", picture(300, 500, b"\x2e\x8b\x57"))])
    expect(transcript(desk.page).get_by_role("img", name="mine.png")).to_be_visible()
    colleague = member(flyt, flowers, "Anna Berg", "agent")["cookies"][0]
    cookies, origin = {colleague["name"]: colleague["value"]}, {"origin": flyt.url}
    address = f"{flyt.url}/api/v1/conversations/{visitor.id}/typing"
    httpx.post(address, json={}, cookies=cookies, headers=origin).raise_for_status()
    expect(transcript(desk.page).get_by_text("is writing")).to_be_visible()
    look(desk.page, "attach-sent")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_looks_of_the_visitors_side(
    size: Any, theme: Any, flyt: Flyt, flowers: Shop, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=size, locale="en-GB", color_scheme=theme)
    page = context.new_page()
    with page.expect_response("**/conversations") as opened:
        log = chat(page, flyt, flowers.key)
    write(page, "Ada")
    expect(log).to_contain_text("Which ones?")
    id_ = opened.value.json()["conversation_id"]
    admin = flowers.admin
    sent = [
        admin.post(f"/conversations/{id_}/files", files={"file": each}).raise_for_status().json()
        for each in (("roses.png", picture()), ("plan of the week.txt", b"Monday: roses"))
    ]
    body = {
        "client_id": "1",
        "text": "These, or **those**?",
        "files": [each["id"] for each in sent],
    }
    admin.post(f"/conversations/{id_}/messages", json=body).raise_for_status()
    expect(log.get_by_role("img", name="roses.png")).to_be_visible()
    admin.post(f"/conversations/{id_}/typing", json={}).raise_for_status()
    expect(log.locator(".row:has(.writing)")).to_have_css("opacity", "1")
    Look(theme)(page, "files-of-a-person")
    context.close()
