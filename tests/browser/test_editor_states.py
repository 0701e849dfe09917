"""Every state of the editor as `test_accessibility` has every page: read by axe, kept as a picture.

The form of each type of step, what opens over it, the test with its clock, publishing, and the
flows every bot has.
"""

from __future__ import annotations

import copy
from typing import Any

from playwright.sync_api import Locator, Page, expect

from runtime.core.document.catalogue import catalogue
from tests.browser import test_panel, test_test_panel
from tests.browser.conftest import BOTH_WAYS, Builder
from tests.browser.looks import Look

pytestmark = BOTH_WAYS

SIDE = ".editor-side"
TALL = 1600  # pixels: the longest form, unfolded, is to be seen as a whole


def open_side(page: Page, tab: str) -> None:
    """The side with one of its tabs; on a phone it is a sheet that rises from the bar."""
    wanted = page.get_by_role("tab", name=tab)
    if not wanted.is_visible():
        page.get_by_role("button", name="Test", exact=True).click()
    wanted.click()


def close_sheet(page: Page) -> None:
    close = page.locator(SIDE).get_by_role("button", name="Close", exact=True)
    if close.is_visible():
        close.click()


def without_toast(page: Page) -> None:
    """Adding the bot was told of; the message would lie over what is looked at."""
    page.get_by_role("button", name="Dismiss").click()


def unfold(panel: Locator) -> None:
    for kind in ("fold", "unfold"):
        closed = panel.locator(f"[aria-expanded=false].panel-{kind}")
        for _ in range(closed.count()):
            closed.first.click()


def test_the_form_of_every_step(person: Builder, look: Look, size: dict[str, int]) -> None:
    page = person.page
    desk = test_panel.Desk(person)
    without_toast(page)
    page.set_viewport_size(size | {"height": TALL})
    open_side(page, "Step")
    unfold(desk.panel)
    look(page, "form-flow", SIDE)
    labels = {each["type"]: each["label"] for each in catalogue()["types"]}
    for type_ in test_panel.CONFIGS:
        desk.choose(type_.replace(".", "_"))
        title = desk.panel.get_by_label("Title of the step")
        expect(title).to_have_attribute("placeholder", labels[type_])
        unfold(desk.panel)
        look(page, f"form-{type_}", SIDE)
        wide = desk.panel.evaluate("panel => panel.scrollWidth - panel.clientWidth")
        assert wide == 0, type_


def test_what_opens_over_a_form(person: Builder, look: Look) -> None:
    page = person.page
    desk = test_panel.Desk(person)
    without_toast(page)
    desk.choose("message")
    look(page, "editor-step")
    text = desk.field("text")
    text.get_by_role("textbox").press("ControlOrMeta+End")
    text.get_by_role("textbox").press_sequentially(" {")
    expect(page.get_by_role("option").first).to_be_visible()
    look(page, "editor-suggestions")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    text.get_by_role("button", name="insert a variable").click()
    expect(page.get_by_role("option").first).to_be_visible()
    look(page, "editor-variables")
    page.keyboard.press("Escape")
    desk.panel.get_by_role("button", name="Actions for this step").click()
    look(page, "editor-step-menu")
    page.keyboard.press("Escape")
    desk.choose("condition")
    inner = desk.panel.get_by_role("group", name="Any of these holds")
    inner.get_by_role("button", name="Add a rule").click()
    inner.get_by_role("button", name="Add a group").click()
    inner.get_by_role("combobox", name="Comparison").nth(1).select_option("between")
    look(page, "editor-condition", SIDE)
    desk.choose("ask_number")
    desk.field("minimum").get_by_role("textbox").fill("some")
    expect(desk.field("minimum").locator(".field-error")).to_be_visible()
    look(page, "editor-wrong", SIDE)
    close_sheet(page)
    keys = page.get_by_role("button", name="Short-cuts")
    if keys.is_visible():  # a phone has no keys
        keys.click()
        expect(page.get_by_role("dialog", name="Short-cuts")).to_be_visible()
        look(page, "editor-keys")


def test_what_the_side_and_the_bar_open(person: Builder, look: Look) -> None:
    page = person.page
    at = test_test_panel.Desk(person, test_test_panel.reminding())
    without_toast(page)
    at.test()
    at.say("ada at example")
    expect(at.said("bot")).to_have_count(2)
    at.say("ada@example.org")
    expect(at.chat.get_by_role("button", name="Jump over the wait")).to_be_visible()
    look(page, "test-clock")
    at.press("Jump over the wait (2 hours)")
    at.press("Deep blue")
    expect(at.chat).to_contain_text("The conversation has ended.")
    look(page, "test-ended")
    at.open("Problems")
    look(page, "problems-none", SIDE)
    close_sheet(page)
    publish(page)
    look(page, "publish-done")
    page.keyboard.press("Escape")
    at.replace(changed(at.draft()))
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(4)
    look(page, "publish-changes")
    page.keyboard.press("Escape")
    broken = at.draft()
    broken["flows"][0]["nodes"][0]["config"]["text"] = "{{ nobody"
    broken["flows"][0]["edges"][0]["target"] = "nowhere"
    at.replace(broken)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("can't be published")
    look(page, "publish-refused")
    page.keyboard.press("Escape")
    at.open("Test")
    expect(page.locator(".test-hindered")).to_be_visible()
    look(page, "test-hindered")


def test_the_flows_every_bot_has(person: Builder, look: Look) -> None:
    page = person.page
    at = test_test_panel.Desk(person, test_test_panel.reminding())
    without_toast(page)
    repairs = page.get_by_role("button", name="When a talk leaves its path")
    listed = page.get_by_role("dialog", name="When a talk leaves its path")
    repairs.click()
    expect(listed.get_by_role("listitem").first).to_be_visible()
    look(page, "repairs")
    listed.get_by_role("switch", name="Back switched on").uncheck()
    listed.get_by_role("button", name="When nobody answers").click()
    expect(page.locator(".editor-standard")).to_be_visible()
    look(page, "repair-standard")
    at.open("Step")
    look(page, "repair-standard-flow", SIDE)
    close_sheet(page)
    repairs.click()
    listed.get_by_role("button", name="Cancel").click()
    page.locator(".react-flow__node[data-id='say']").click()
    look(page, "repair-standard-step")
    close_sheet(page)
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".editor-standard")).to_have_count(0)
    look(page, "repair-own")
    page.get_by_role("button", name="Actions for this flow").click()
    look(page, "repair-menu")
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name of the flow").fill("Leave it")
    page.keyboard.press("Enter")
    repairs.click()
    expect(listed).to_contain_text("Leave it")
    look(page, "repairs-own")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Actions for this flow").click()
    page.get_by_role("menuitem", name="Back to the standard").click()
    expect(page.get_by_role("dialog", name="Back to the standard?")).to_be_visible()
    look(page, "repair-restore")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog", name="Version 1 is live")).to_be_visible()


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """One step changed, one added, one renamed, and a variable more."""
    other = copy.deepcopy(document)
    nodes = other["flows"][0]["nodes"]
    nodes[0]["config"]["text"] = "Where do we write to?"
    nodes[2]["title"] = "Which colour"
    note = {"text": "A long sentence that nobody has read so far, and that has to be shortened."}
    nodes.append({"id": "note", "type": "message", "title": "A note", "config": note})
    other["variables"].append({"name": "size"})
    return other
