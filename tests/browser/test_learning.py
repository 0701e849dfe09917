"""An answer is put right in a conversation, is given from then on, and is kept with the others."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Builder, Flyt
from tests.browser.looks import Look
from tests.browser.shop import Sites
from tests.browser.test_conversations import Shop, transcript

BOT: dict[str, Any] = {
    "format": "flyt/1",
    "name": "Workshop",
    "flows": [
        {
            "id": "main",
            "name": "Main",
            "start": "answer",
            "triggers": [{"kind": "start"}],
            "nodes": [{"id": "answer", "type": "ai.answer", "config": {"keep_answering": True}}],
            "edges": [{"source": "answer", "port": "nothing_found", "target": "answer"}],
        }
    ],
}
QUESTION = "Do you mend umbrellas?"
ANSWER = "Yes, **umbrellas** are mended on Tuesdays."


def said(page: Page, text: str) -> Locator:
    return transcript(page).locator(".inbox-said.bot").filter(has_text=text).last


def test_an_answer_is_put_right(builder: Builder, flyt: Flyt, owner: Any, sites: Sites) -> None:
    look = Look("light")
    visitor = Shop(flyt, owner, BOT).visitor()
    visitor.say(text=QUESTION)
    page = builder.visit(f"/inbox?id={visitor.id}")
    wrong = said(page, "I have found nothing")
    wrong.hover()
    wrong.get_by_role("button", name="Bad answer").click()
    expect(wrong.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    wrong.get_by_role("button", name="Correct it").click()
    dialog = page.get_by_role("dialog", name="The right answer")
    expect(dialog.get_by_label("Question")).to_have_value(QUESTION)
    look(page, "correction")
    dialog.get_by_role("button", name="Save the answer").click()
    expect(dialog).to_contain_text("Write the answer.")
    dialog.get_by_label("Right answer").fill(ANSWER)
    dialog.get_by_role("button", name="Save the answer").click()
    expect(dialog).to_be_hidden()
    expect(wrong.get_by_role("link", name="Reviewed")).to_be_visible()

    visitor.say(text="do you mend umbrellas")
    expect(said(page, "are mended on Tuesdays")).to_be_visible(timeout=20_000)
    page.reload()
    wrong = said(page, "I have found nothing")
    expect(wrong.get_by_role("button", name="Change the answer")).to_be_visible()
    look(page, "reviewed-message")
    wrong.get_by_role("link", name="Reviewed").click()
    line = page.locator(".knowledge-answers > li").filter(has_text=QUESTION)
    expect(line).to_contain_text("umbrellas are mended on Tuesdays")
    expect(line).to_contain_text("General")
    look(page, "reviewed-answers")

    guest = sites.visit(sites.shop(bot=BOT))
    guest.page.get_by_role("button", name="Open chat").click()
    expect(guest.log).to_contain_text("What would you like to know?", timeout=20_000)
    guest.box.press_sequentially("umbr")
    suggestion = guest.page.get_by_role("group", name="Suggestions").get_by_role("button")
    expect(suggestion).to_have_text([QUESTION], timeout=20_000)
    look.keep(guest.page, "suggested")
    suggestion.click()
    expect(guest.log).to_contain_text("are mended on Tuesdays", timeout=20_000)
