"""Every state of the chat as `test_accessibility` has every page: read by axe, kept as a picture.

axe goes into the chat's shadow root by itself.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import BOTH_WAYS, Flyt
from tests.browser.looks import Look
from tests.browser.shop import Sites
from tests.browser.test_widget import INPUTS

pytestmark = BOTH_WAYS

SEVERAL = {
    "type": "choice",
    "multiple": True,
    "options": [{"id": word, "label": word.title()} for word in ("nuts", "milk", "eggs")],
}
EMAIL = {"type": "email"}
FILES = {"type": "file", "accept": ["image/png"], "multiple": True}


def test_on_a_page_of_another_origin(
    sites: Sites, look: Look, size: dict[str, int], theme: str
) -> None:
    dressed = {"title": "Corner shop", "greeting": "Looking for a cake?", "accent": "#ffd400"}
    context = sites.browser(color_scheme=theme, viewport=size, reduced_motion="reduce")
    visitor = sites.visit(sites.shop(look=dressed), context)
    page = visitor.page
    expect(page.get_by_role("button", name="Looking for a cake?")).to_be_visible()
    look(page, "chat-closed")
    visitor.open()
    visitor.say("Ada")
    expect(page.get_by_role("button", name="Lemon")).to_be_visible()
    look(page, "chat-choices")
    page.get_by_role("button", name="Menu").click()
    look(page, "chat-menu")
    page.keyboard.press("Escape")
    sites.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    context.set_offline(True)
    visitor.say("Plum")
    expect(page.get_by_text("Waiting to be sent")).to_have_count(1)
    look(page, "chat-offline")


def test_each_input(sites: Sites, look: Look, size: dict[str, int], theme: str) -> None:
    """The questions are put in place of the bot's: each answer brings the next."""
    sites.forgiven = ("ERR_FAILED",)
    rest = INPUTS | {"several": SEVERAL, "email": EMAIL, "file": FILES}
    names = list(rest)
    asked = iter([{**rest[name], "token": name} for name in names])

    def ask(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "input": next(asked)})

    def hear(route: Route) -> None:
        heard: Any = {"status": "bot", "seq": 2, "messages": [], "input": next(asked, None)}
        route.fulfill(json=heard, headers={"access-control-allow-origin": "*"})

    context = sites.browser(color_scheme=theme, viewport=size, reduced_motion="reduce")
    context.route("**/conversations", ask)
    context.route("**/messages", hear)
    context.route("**/stream?*", lambda route: route.abort())
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    for name in names:
        instead = visitor.page.get_by_role("button", name="Write instead")
        expect(instead.or_(visitor.box).first).to_be_visible()
        look(visitor.page, f"chat-{name}")
        if instead.is_visible():
            instead.click()
        with visitor.page.expect_response("**/messages"):
            visitor.say(f"My answer to the {name}")


def test_the_page_of_a_chat(
    sites: Sites, look: Look, flyt: Flyt, size: dict[str, int], theme: str
) -> None:
    context = sites.browser(color_scheme=theme, viewport=size, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{flyt.url}/chat/demo")
    expect(page.get_by_role("log").get_by_role("button").first).to_be_visible()
    look(page, "chat-page")
