"""The flows every bot has, in the editor: looked at, made one's own, switched off, brought back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Builder
from tests.browser.test_editor import Editor, make, middle, placed
from tests.browser.test_people import BO_PASSWORD, invite

STANDARD = "This is the standard flow. Every bot has it."
SENTENCE = "All right, we'll leave it there."
CANCEL = "system.cancel"
NB = {"nb": {"flows.main.nodes.hello.config.text": "Hei"}}


class Desk(Editor):
    """The editor of a bot, with its list of repair flows."""

    @property
    def button(self) -> Locator:
        return self.page.get_by_role("button", name="When a talk leaves its path")

    @property
    def list(self) -> Locator:
        return self.page.get_by_role("dialog", name="When a talk leaves its path")

    def row(self, name: str) -> Locator:
        return self.list.get_by_role("listitem").filter(
            has=self.page.get_by_role("button", name=re.compile(f"^{name} "))
        )

    def look_at(self, name: str) -> None:
        self.button.click()
        self.row(name).get_by_role("button").click()
        expect(self.list).to_be_hidden()
        expect(self.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        self.page.wait_for_timeout(300)  # the view settles on the flow

    def write(self, card: str, words: str) -> None:
        """Other words for what a step says."""
        self.card(card).click()
        field = self.page.locator('.panel [data-path="config.text"]').get_by_role("textbox")
        field.press("ControlOrMeta+a")
        field.press_sequentially(words, delay=5)

    def own(self, id_: str = CANCEL) -> dict[str, Any] | None:
        """The bot's own flow, as the server has it."""
        self.saved()
        flows = self.draft()["flows"]
        return next((flow for flow in flows if flow["id"] == id_), None)

    def publish(self) -> list[str]:
        """Answers what the dialog said would change."""
        self.page.get_by_role("button", name="Publish", exact=True).click()
        dialog = self.page.get_by_role("dialog", name="Publish")
        expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_enabled()
        told = dialog.get_by_role("listitem").all_inner_texts()
        dialog.get_by_role("button", name="Publish", exact=True).click()
        expect(self.page.get_by_role("dialog")).to_contain_text("New conversations come to version")
        self.page.keyboard.press("Escape")
        return [" ".join(line.split()) for line in told]

    def heard(self, channel: str, words: str, locale: str = "en") -> list[str]:
        """What a new visitor of the channel hears who says only this."""
        chat = f"{self.url}/api/v1/chat"
        key = {"client_id": secrets.token_hex(16)}
        post = self.page.context.request.post
        opened = post(f"{chat}/{channel}/conversations", data=key | {"locale": locale}).json()
        path = f"{chat}/conversations/{opened['conversation_id']}/messages?wait=5"
        bearer = {"authorization": f"Bearer {opened['token']}"}
        said = post(path, data=key | {"text": words}, headers=bearer)
        assert said.ok, said.text()
        return [each.get("text", "") for each in said.json()["messages"]]


@pytest.fixture
def desk(builder: Builder) -> Desk:
    bot = make(builder.page, builder.url, placed("Repaired") | {"languages": NB})
    desk = Desk(builder.page, builder.url, bot)
    desk.open()
    return desk


def open_channel(desk: Desk) -> str:
    """The key of a channel of this bot, which must be published."""
    body = {"name": "Shop", "bot_id": desk.bot}
    origin = {"origin": desk.url}
    made = desk.page.context.request.post(f"{desk.url}/api/v1/channels", data=body, headers=origin)
    assert made.ok, made.text()
    return made.json()["key"]


def test_ones_own_words_reach_the_visitor_and_the_standard_ones_come_back(desk: Desk) -> None:
    page = desk.page
    assert desk.publish() == []
    channel = open_channel(desk)
    assert SENTENCE in desk.heard(channel, "cancel")
    desk.look_at("Cancel")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text(STANDARD)).to_be_hidden()
    expect(page.get_by_role("tab", name="Cancel")).to_be_focused()
    desk.write("Say so", "Fine, no cake then.")
    assert desk.publish() == [f"Step “Cancel › Say so” changed {SENTENCE} Fine, no cake then."]
    assert "Fine, no cake then." in desk.heard(channel, "cancel")
    assert "Greit, da lar vi det være." in desk.heard(channel, "avbryt", "nb")

    page.get_by_role("button", name="Actions for this flow").click()
    page.get_by_role("menuitem", name="Back to the standard").click()
    asked = page.get_by_role("dialog", name="Back to the standard?")
    asked.get_by_role("button", name="Back to the standard").click()
    expect(page.get_by_text(STANDARD)).to_be_visible()
    expect(desk.card("Say so")).to_contain_text(SENTENCE)
    assert desk.own() is None
    assert desk.draft()["languages"] == NB
    assert desk.publish() == ["Flow “Cancel” is the standard one now"]
    assert SENTENCE in desk.heard(channel, "cancel")


def test_a_standard_flow_is_looked_at_and_not_changed(desk: Desk) -> None:
    page = desk.page
    before = desk.draft()
    desk.look_at("Cancel")
    expect(page.get_by_text(STANDARD)).to_be_visible()
    say = desk.card("Say so")
    place = desk.seen()[0]["say"]
    x, y = middle(say)
    desk.drag(say, (x + 120, y + 160), (100, 12))
    assert desk.seen()[0]["say"] == place
    say.click()
    text = page.locator('.panel [data-path="config.text"]')
    expect(text).to_contain_text(SENTENCE)
    expect(text.get_by_role("textbox")).to_have_attribute("aria-readonly", "true")
    expect(page.get_by_label("Title of the step")).not_to_be_editable()
    expect(page.get_by_role("button", name="Actions for this step")).to_have_count(0)
    expect(say.get_by_role("button")).to_have_count(0)
    for key in ("Delete", "Control+d", "Control+x", "Control+v", "ArrowDown"):
        page.keyboard.press(key)
    step = page.get_by_label("Steps to add").get_by_role("button", name="Number", exact=True)
    expect(step).to_have_attribute("aria-disabled", "true")
    step.dispatch_event("click")
    desk.connect(say, "Next", (x + 200, y - 150))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(desk.cards).to_have_count(2)
    expect(desk.edges).to_have_count(1)
    page.locator(".react-flow__pane").click(position={"x": 30, "y": 300})
    words = page.locator(".panel-word")
    expect(words).to_have_text(["cancel", "stop", "never mind", "forget it"])
    expect(words.get_by_role("button")).to_have_count(0)
    page.get_by_role("tab", name="Main").click()
    expect(page.get_by_role("tab", name="Cancel")).to_have_count(0)
    expect(page.get_by_text(STANDARD)).to_be_hidden()
    desk.saved()
    assert desk.draft() == before


def test_making_it_ones_own_is_one_step_to_undo(desk: Desk) -> None:
    page = desk.page
    before = desk.draft()
    desk.look_at("When nobody answers")
    page.get_by_role("button", name="Change it").click()
    made = desk.own("system.silence")
    assert made
    assert len(made["nodes"]) == 5
    nb = desk.draft()["languages"]["nb"]
    assert "flows.system.silence.nodes.goodbye.config.text" in nb
    page.get_by_role("button", name="Undo: Change a standard flow").click()
    expect(page.get_by_text(STANDARD)).to_be_visible()
    desk.saved()
    assert desk.draft() == before
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text(STANDARD)).to_be_hidden()
    assert desk.own("system.silence") == made
    page.get_by_role("button", name="Actions for this flow").click()
    page.get_by_role("menuitem", name="Back to the standard").click()  # unchanged: not asked
    expect(page.get_by_text(STANDARD)).to_be_visible()
    assert desk.own("system.silence") is None


def test_off_is_one_step_and_on_again_leaves_nothing_behind(desk: Desk) -> None:
    page = desk.page
    desk.publish()
    channel = open_channel(desk)
    before = desk.draft()
    sent: list[Any] = []
    page.on("request", lambda one: "/operations" in one.url and sent.append(one.post_data_json))
    desk.button.click()
    switch = desk.row("Cancel").get_by_role("switch")
    expect(desk.row("When nobody answers").get_by_role("switch")).to_have_count(0)
    switch.uncheck()
    own = desk.own()
    assert own
    assert own["enabled"] is False
    assert len(sent) == 1
    page.keyboard.press("Escape")
    expect(page.get_by_role("tab", name="Cancel")).to_contain_text("Off")
    assert desk.publish() == ["Flow “Cancel” switched off"]
    assert SENTENCE not in desk.heard(channel, "cancel")
    desk.button.click()
    switch.check()
    expect(desk.row("Cancel")).to_contain_text("Standard")
    desk.saved()
    assert desk.draft() == before


def test_its_name_and_its_words_change_but_not_what_it_stands_for(desk: Desk) -> None:
    page = desk.page
    desk.look_at("Back")
    page.get_by_role("button", name="Change it").click()
    page.get_by_role("button", name="Actions for this flow").click()
    expect(page.get_by_role("menuitem", name="Delete")).to_have_count(0)
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name of the flow").fill("One step back")
    page.get_by_label("Name of the flow").press("Enter")
    page.locator(".react-flow__pane").click(position={"x": 30, "y": 300})
    page.get_by_label("Add to: Words or phrases").fill("oops")
    page.keyboard.press("Enter")
    own = desk.own("system.back")
    assert own
    assert (own["name"], own["triggers"][0]["words"][-1]) == ("One step back", "oops")
    desk.button.click()
    expect(desk.row("One step back")).to_contain_text("Your own")


def test_the_list_by_keyboard(desk: Desk) -> None:
    page = desk.page
    desk.button.focus()
    page.keyboard.press("Enter")
    buttons = desk.list.locator(".editor-repair-open")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(buttons.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(desk.list.get_by_role("switch").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(buttons.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(desk.list).to_be_hidden()
    expect(desk.button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Cancel")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Main")).to_be_focused()
    desk.button.click()
    page.mouse.click(500, 600)
    expect(desk.list).to_be_hidden()


def test_a_step_of_a_standard_flow_in_the_test_leads_to_it(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("button", name="Test", exact=True).click()
    box = page.get_by_role("textbox", name="Write as the visitor")
    box.fill("cancel")
    box.press("Enter")
    visit = page.locator(".test-visit").filter(has_text="Say so")
    expect(visit).to_contain_text("Cancel")
    visit.click()
    expect(page.get_by_text(STANDARD)).to_be_visible()
    card = page.locator(".react-flow__node.selected")
    expect(card).to_have_attribute("data-id", "say")
    expect(card.locator(".editor-card")).to_have_attribute("data-traced", "true")


def test_who_may_only_look_sees_all_of_it(
    builder: Builder, open_builder: Callable[..., Builder]
) -> None:
    bot = make(builder.page, builder.url, placed("Repairs only shown"))
    link = invite(builder, "repairs@example.org", "viewer")
    page = open_builder().page
    page.goto(link)
    page.get_by_label("Password").fill(BO_PASSWORD)
    page.get_by_role("button", name="Join the workspace").click()
    expect(page.get_by_role("link", name="Repairs only shown")).to_be_visible()
    looker = Desk(page, builder.url, bot)
    looker.open()
    looker.button.click()
    expect(looker.row("Cancel").get_by_role("switch")).to_be_disabled()
    page.keyboard.press("Escape")
    looker.look_at("Cancel")
    expect(page.get_by_text(STANDARD)).to_be_visible()
    expect(page.get_by_role("button", name="Change it")).to_have_count(0)
    expect(page.get_by_role("button", name="Actions for this flow")).to_have_count(0)
    looker.card("Say so").click()
    expect(page.locator(".panel")).to_contain_text(SENTENCE)


def test_on_a_phone(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size(PHONE)
    desk.button.click()
    box = desk.list.bounding_box()
    assert box
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    row = desk.row("Start again").get_by_role("button").bounding_box()
    assert row
    assert row["height"] >= 44
    desk.row("Start again").get_by_role("button").click()
    expect(desk.list).to_be_hidden()
    expect(desk.card("Say so")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Add a step")).to_have_count(0)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("button", name="Add a step")).to_be_visible()
    desk.write("Say so", "Right from the start.")
    own = desk.own("system.restart")
    assert own
    assert own["nodes"][0]["config"]["text"] == "Right from the start."
    assert wide(page) == 0


def wide(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
