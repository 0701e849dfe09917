"""The editor of flows: drawn by hand, kept through cuts and restarts, shared by two tabs."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from runtime.processes import begin, end, free_port
from tests.browser.conftest import DESKTOP, PHONE, Builder, Flyt, document, wait_for
from tests.browser.looks import Look
from tests.browser.test_people import BO_PASSWORD, invite

PLACED = {"hello": (0, 0), "ask": (336, 0), "bye": (672, 0)}


class Editor:
    """One page with the editor of one bot, and what a hand does there."""

    def __init__(self, page: Page, url: str, bot: str) -> None:
        self.page, self.url, self.bot = page, url, bot

    def open(self) -> Editor:
        self.page.goto(f"{self.url}/bots/{self.bot}/edit")
        expect(self.cards.first).to_be_visible()
        expect(self.page.locator(".editor-ways").first).to_be_visible()  # the catalogue is there
        self.page.wait_for_timeout(400)  # the view settles on the flow
        return self

    @property
    def cards(self) -> Locator:
        return self.page.locator(".react-flow__node")

    @property
    def edges(self) -> Locator:
        return self.page.locator(".react-flow__edge")

    def card(self, title: str) -> Locator:
        return self.cards.filter(has=self.page.locator(".editor-card-title", has_text=title))

    def handle(self, card: Locator, way: str) -> Locator:
        return card.locator(f'.react-flow__handle[data-way="{way}"]')

    def drag(self, what: Locator, to: tuple[float, float], grip: tuple[float, float]) -> None:
        """By the mouse, from ``grip`` within ``what`` to a place in the window."""
        box = what.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + grip[0], box["y"] + grip[1])
        self.page.mouse.down()
        self.page.mouse.move(*to, steps=12)
        self.page.mouse.up()

    def connect(self, card: Locator, way: str, to: tuple[float, float]) -> None:
        self.drag(self.handle(card, way), to, (5, 5))

    def add(self, label: str) -> None:
        self.page.get_by_label("Steps to add").get_by_role("button", name=label, exact=True).click()

    def show_all(self) -> None:
        self.page.get_by_role("button", name="Show all steps").click()
        self.page.wait_for_timeout(300)

    def saved(self) -> None:
        expect(self.page.locator(".editor-saved")).to_contain_text(re.compile("^Saved"))

    def status(self, text: str) -> None:
        expect(self.page.locator(".editor-saved")).to_contain_text(text)

    def draft(self) -> dict[str, Any]:
        answer = self.page.context.request.get(f"{self.url}/api/v1/bots/{self.bot}/draft")
        assert answer.ok
        return answer.json()["document"]

    def flow(self) -> dict[str, Any]:
        return self.draft()["flows"][0]

    def seen(self) -> tuple[dict[str, tuple[float, float]], set[tuple[str, str, str]]]:
        """What is drawn: the place of each step, and the edges."""
        script = """() => [...document.querySelectorAll('.react-flow__node')].map(one => {
            const at = new DOMMatrix(one.style.transform);
            return [one.dataset.id, at.e, at.f];
        })"""
        places = {each: (x, y) for each, x, y in self.page.evaluate(script)}
        ids = self.edges.evaluate_all("all => all.map(one => one.dataset.id)")
        edges = {tuple(each.split("/", 2)[1:]) for each in ids}
        targets = {(e["source"], e.get("port", "next")): e["target"] for e in self.flow()["edges"]}
        return places, {(*edge, targets.get(edge, "nowhere")) for edge in edges}

    def same_as_server(self) -> None:
        """The canvas and the stored draft are one document."""
        self.saved()
        flow = self.flow()
        places, edges = self.seen()
        assert edges == {(e["source"], e.get("port", "next"), e["target"]) for e in flow["edges"]}
        assert set(places) == {node["id"] for node in flow["nodes"]}
        for node in flow["nodes"]:
            if node.get("position"):
                assert places[node["id"]] == (node["position"]["x"], node["position"]["y"])


def placed(name: str) -> dict[str, Any]:
    made = document(name=name)
    for node in made["flows"][0]["nodes"]:
        x, y = PLACED[node["id"]]
        node |= {"position": {"x": x, "y": y}, "title": node["id"].capitalize()}
    return made


def make(page: Page, url: str, made: dict[str, Any]) -> str:
    answer = page.context.request.post(f"{url}/api/v1/bots", data=made, headers={"origin": url})
    assert answer.ok, answer.text()
    return answer.json()["id"]


@pytest.fixture
def editor(builder: Builder) -> Editor:
    """The editor of a new bot with three steps in a row."""
    bot = make(builder.page, builder.url, placed("Drawn"))
    return Editor(builder.page, builder.url, bot).open()


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_bots_page_leads_to_the_editor(builder: Builder) -> None:
    builder.add_bot(placed("Linked"))
    builder.page.get_by_role("link", name="Open the editor").click()
    expect(builder.page.locator(".editor-card").first).to_be_visible()
    expect(builder.page.get_by_role("heading", level=1)).to_have_text("Linked")
    builder.visit()
    builder.page.get_by_role("button", name="Actions for Linked").click()
    builder.page.get_by_role("menuitem", name="Open the editor").click()
    expect(builder.page.locator(".editor-card").first).to_be_visible()


def test_a_step_is_dragged_from_the_palette_and_lies_on_the_grid(editor: Editor) -> None:
    step = editor.page.get_by_label("Steps to add").get_by_role("button", name="Number")
    ground = editor.page.locator(".react-flow__pane")
    step.drag_to(ground, target_position={"x": 301, "y": 503})
    expect(editor.cards).to_have_count(4)
    editor.same_as_server()
    new = next(node for node in editor.flow()["nodes"] if node["type"] == "ask.number")
    assert new["position"]["x"] % 8 == new["position"]["y"] % 8 == 0


def test_a_click_adds_beside_the_chosen_step_and_connects(editor: Editor) -> None:
    editor.card("Bye").click()
    editor.add("Message")
    expect(editor.edges).to_have_count(3)
    editor.same_as_server()
    flow = editor.flow()
    edge = next(each for each in flow["edges"] if each["source"] == "bye")
    new = next(node for node in flow["nodes"] if node["id"] == edge["target"])
    assert (edge["port"], new["type"]) == ("next", "message")
    assert new["position"]["x"] >= PLACED["bye"][0] + 240
    editor.show_all()
    editor.card("Hello").click()
    editor.add("Text")  # the way out of this step is taken: it lies free, unconnected
    expect(editor.cards).to_have_count(5)
    editor.same_as_server()
    boxes = [each.bounding_box() for each in editor.cards.all()]
    assert not [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one and other and overlaps(one, other)
    ]


def overlaps(one: Any, other: Any) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and down


def test_a_move_costs_one_request_and_stays(editor: Editor) -> None:
    requests: list[str] = []
    editor.saved()
    editor.page.wait_for_timeout(1000)  # what was examined at the start has been
    editor.page.on("request", lambda one: requests.append(one.url))
    x, y = middle(editor.card("Bye"))
    editor.drag(editor.card("Bye"), (x + 40, y + 200), (100, 12))
    editor.page.wait_for_timeout(1500)
    caused = [url for url in requests if "/changes?" not in url]
    assert 1 <= len(caused) <= 2, caused
    assert editor.seen()[0]["bye"] != PLACED["bye"]
    editor.same_as_server()
    before = editor.seen()
    editor.page.reload()
    expect(editor.cards).to_have_count(3)
    assert editor.seen() == before


def test_ways_are_connected_moved_and_cut_by_hand(editor: Editor) -> None:
    hello, bye = editor.card("Hello"), editor.card("Bye")
    editor.connect(hello, "Next", middle(bye))
    expect(editor.page.locator('.react-flow__edge[data-id="e:main/hello/next"]')).to_have_count(1)
    editor.saved()
    assert {(e["source"], e["target"]) for e in editor.flow()["edges"]} == {
        ("hello", "bye"),
        ("ask", "bye"),
    }
    editor.page.keyboard.press("Control+z")
    editor.same_as_server()
    assert ("hello", "ask") in {(e["source"], e["target"]) for e in editor.flow()["edges"]}
    edge = editor.page.locator('.react-flow__edge[data-id="e:main/hello/next"]')
    edge.dispatch_event("click")
    editor.page.get_by_role("button", name="Remove this connection").click()
    expect(editor.edges).to_have_count(1)
    editor.same_as_server()


def test_an_edge_dropped_on_empty_ground_makes_a_step_there(editor: Editor) -> None:
    x, y = middle(editor.card("Bye"))
    editor.connect(editor.card("Bye"), "Next", (x - 160, y + 260))
    menu = editor.page.get_by_role("dialog", name="Choose the next step")
    menu.get_by_label("Find a step").fill("yes")
    menu.get_by_label("Find a step").press("Enter")
    expect(menu).to_be_hidden()
    expect(editor.edges).to_have_count(3)
    editor.same_as_server()
    [edge] = [each for each in editor.flow()["edges"] if each["source"] == "bye"]
    [new] = [node for node in editor.flow()["nodes"] if node["id"] == edge["target"]]
    assert new["type"] == "ask.confirm"
    box = editor.page.locator(f'.react-flow__node[data-id="{new["id"]}"]').bounding_box()
    assert box
    assert abs(box["x"] - (x - 160)) < 12
    assert abs(box["y"] - (y + 260)) < 60


def test_delete_undo_and_redo(editor: Editor) -> None:
    before = editor.draft()
    editor.card("Ask").click()
    editor.page.keyboard.press("Delete")
    expect(editor.cards).to_have_count(2)
    expect(editor.edges).to_have_count(0)
    editor.same_as_server()
    editor.page.get_by_role("button", name="Undo: Delete").click()
    expect(editor.edges).to_have_count(2)
    editor.same_as_server()
    assert sorted(map(str, editor.flow()["nodes"])) == sorted(map(str, before["flows"][0]["nodes"]))
    editor.page.keyboard.press("Control+Shift+z")
    expect(editor.cards).to_have_count(2)
    editor.same_as_server()


def test_without_its_start_the_flow_begins_at_the_step_after(editor: Editor) -> None:
    editor.card("Hello").click()
    editor.page.keyboard.press("Delete")
    expect(editor.card("Ask").get_by_text("Start")).to_be_visible()
    editor.same_as_server()
    assert editor.flow()["start"] == "ask"


def test_steps_are_duplicated_cut_and_pasted_with_their_edges(editor: Editor) -> None:
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.press("Control+d")
    expect(editor.cards).to_have_count(6)
    expect(editor.edges).to_have_count(4)
    editor.same_as_server()
    editor.page.keyboard.press("Control+x")  # the copies are what is chosen now
    expect(editor.cards).to_have_count(3)
    editor.page.keyboard.press("Control+v")
    expect(editor.edges).to_have_count(4)
    editor.same_as_server()
    configs = [str(node["config"]) for node in editor.flow()["nodes"]]
    assert sorted(configs) == sorted([*set(configs)] * 2)


def test_steps_are_arranged_and_put_back_at_once(editor: Editor) -> None:
    before = editor.seen()[0]
    editor.add("Message")
    editor.page.get_by_role("button", name="Arrange the steps").click()
    editor.page.wait_for_timeout(500)
    editor.same_as_server()
    places = editor.seen()[0]
    assert places["hello"][0] < places["ask"][0] < places["bye"][0]
    editor.page.keyboard.press("Control+z")
    editor.page.keyboard.press("Control+z")
    expect(editor.cards).to_have_count(3)
    assert editor.seen()[0] == before
    editor.same_as_server()


def test_rare_ways_are_folded_until_wanted(editor: Editor) -> None:
    ask = editor.card("Ask")
    expect(editor.handle(ask, "If no answer")).to_have_count(0)
    ask.get_by_role("button", name="Show 3 more ways out").hover()
    expect(editor.handle(ask, "If no answer")).to_be_visible()
    editor.connect(ask, "If no answer", middle(editor.card("Bye")))
    expect(editor.edges).to_have_count(3)
    editor.page.mouse.move(700, 800)
    expect(editor.handle(ask, "If no answer")).to_be_visible()
    expect(editor.handle(ask, "If cancelled")).to_have_count(0)
    editor.same_as_server()


def test_problems_are_counted_and_stand_on_their_step(editor: Editor) -> None:
    editor.card("Bye").click()
    editor.add("Message")  # with nothing to say yet
    expect(editor.page.locator(".editor-problems")).to_be_visible()
    new = editor.cards.last
    expect(new.locator(".editor-badge.error")).to_be_visible()
    editor.page.locator(".editor-problems").click()
    expect(editor.page.get_by_role("tab", name="Problems")).to_have_attribute(
        "aria-selected", "true"
    )


def test_flows_are_added_renamed_filled_and_deleted(editor: Editor) -> None:
    page = editor.page
    page.get_by_role("button", name="Add a flow").click()
    page.get_by_label("Name of the flow").fill("Refunds")
    page.get_by_label("Name of the flow").press("Enter")
    expect(page.get_by_role("tab", name="Refunds")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="This flow is empty")).to_be_visible()
    editor.add("Message")
    expect(editor.card("Message").get_by_text("Start")).to_be_visible()
    editor.saved()
    [_, made] = editor.draft()["flows"]
    assert (made["name"], made["start"]) == ("Refunds", made["nodes"][0]["id"])
    page.get_by_role("button", name="Actions for this flow").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("tab", name="Main")).to_have_attribute("aria-selected", "true")
    editor.same_as_server()
    assert len(editor.draft()["flows"]) == 1
    page.keyboard.press("Control+z")
    expect(page.get_by_role("tab", name="Refunds")).to_be_visible()
    editor.saved()
    assert editor.draft()["flows"][1]["nodes"] == made["nodes"]


def test_a_cut_line_loses_nothing(editor: Editor) -> None:
    context = editor.page.context
    editor.saved()
    context.set_offline(True)
    editor.card("Bye").click()
    editor.add("Message")
    editor.show_all()
    editor.drag(editor.card("Hello"), (600, 600), (100, 12))
    editor.status("Offline – changes are kept here")
    assert len(editor.flow()["nodes"]) == 3
    context.set_offline(False)
    editor.saved()
    expect(editor.cards).to_have_count(4)
    editor.same_as_server()


def test_a_reload_during_a_cut_loses_nothing(editor: Editor) -> None:
    """The page is loaded, but what it sends does not arrive; then it is closed."""
    page = editor.page
    editor.saved()
    page.route("**/draft/operations", lambda route: route.abort())
    editor.card("Bye").click()
    editor.add("Message")
    editor.status("Offline")
    page.unroute("**/draft/operations")
    page.reload()
    expect(editor.cards).to_have_count(4)
    editor.same_as_server()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('flyt-unsent'))") == []


@dataclass
class Second:
    """A web process of its own that a test may end and begin."""

    url: str
    start: Callable[[], None]
    stop: Callable[..., None]


@pytest.fixture
def second(flyt: Flyt, tmp_path: Path) -> Iterator[Second]:
    port = free_port()
    url = f"http://localhost:{port}"
    environ = {**flyt.environ, "FLYT_PORT": str(port), "FLYT_PUBLIC_URL": url}
    running: list[Any] = []

    def start() -> None:
        log = tmp_path / "second.log"
        command = [sys.executable, "-m", "runtime.cli", "web"]
        running.append(begin(command, environ=environ, folder=tmp_path, log=log))
        wait_for(f"{url}/healthz", running[-1], log)

    def stop(how: int = signal.SIGTERM) -> None:
        end(running.pop(), how)

    start()
    yield Second(url, start, stop)
    while running:
        stop()


def test_a_restart_of_the_server_loses_nothing(
    second: Second, chromium: Browser, owner: Any
) -> None:
    context = chromium.new_context(storage_state=owner, viewport=DESKTOP)
    page = context.new_page()
    editor = Editor(page, second.url, make(page, second.url, placed("Restarted"))).open()
    editor.card("Bye").click()
    editor.add("Message")
    editor.saved()
    second.stop()
    editor.add("Number")
    editor.show_all()
    editor.drag(editor.card("Hello"), (560, 620), (100, 12))
    editor.status("Offline")
    second.start()
    expect(page.locator(".editor-saved")).to_contain_text("Saved", timeout=30_000)
    expect(editor.cards).to_have_count(5)
    editor.same_as_server()
    context.close()


def test_what_is_typed_while_the_server_is_killed_is_kept_with_its_undo(
    second: Second, chromium: Browser, owner: Any
) -> None:
    context = chromium.new_context(storage_state=owner, viewport=DESKTOP)
    page = context.new_page()
    editor = Editor(page, second.url, make(page, second.url, placed("Killed"))).open()
    editor.card("Hello").click()
    field = page.locator(".editor-side .cm-content").first
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" there")
    second.stop(signal.SIGKILL)
    page.keyboard.type(", and welcome")
    editor.status("Offline")
    second.start()
    expect(page.locator(".editor-saved")).to_contain_text("Saved", timeout=30_000)
    expect(field).to_have_text("Hello there, and welcome")
    assert editor.flow()["nodes"][0]["config"]["text"] == "Hello there, and welcome"
    page.wait_for_timeout(3000)  # the socket of the page is back as well
    expect(field).to_be_focused()
    page.keyboard.press("Control+z")
    expect(field).to_have_text("Hello")
    context.close()


def test_two_tabs_see_each_other_and_lose_nothing(
    editor: Editor, open_builder: Callable[..., Builder], owner: Any
) -> None:
    other = Editor(open_builder(owner).page, editor.url, editor.bot).open()
    editor.card("Bye").click()
    editor.add("Message")
    other.drag(other.card("Hello"), (520, 640), (100, 12))
    expect(other.cards).to_have_count(4)
    expect(editor.cards).to_have_count(4)
    for each in (editor, other):
        each.page.wait_for_timeout(2500)
        each.same_as_server()
    assert editor.seen() == other.seen()
    editor.page.keyboard.press("Control+z")  # undoes its own, and not the other's move
    expect(other.cards).to_have_count(3)
    assert other.seen()[0]["hello"] != PLACED["hello"]
    editor.same_as_server()


def test_two_tabs_on_one_step_keep_the_first_and_tell_the_second(
    editor: Editor, open_builder: Callable[..., Builder], owner: Any
) -> None:
    other = Editor(open_builder(owner).page, editor.url, editor.bot).open()
    other.page.route("**/draft/**", lambda route: route.abort())
    other.drag(other.card("Bye"), (520, 640), (100, 12))
    other.status("Offline")
    mine = other.seen()[0]["bye"]
    editor.drag(editor.card("Bye"), (700, 520), (100, 12))
    editor.saved()
    theirs = editor.seen()[0]["bye"]
    other.page.unroute("**/draft/**")
    expect(other.page.locator(".editor-notice")).to_contain_text("changed this step too")
    other.same_as_server()
    assert other.seen()[0]["bye"] == theirs != mine
    other.page.keyboard.press("Control+z")
    other.same_as_server()
    assert other.seen()[0]["bye"] == mine


def test_the_keyboard_alone_builds_a_flow(editor: Editor) -> None:
    page = editor.page
    search = page.get_by_label("Steps to add").get_by_label("Find a step")
    editor.cards.nth(2).focus()
    page.keyboard.press("Enter")
    expect(editor.cards.nth(2).locator(".editor-card")).to_have_attribute("data-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    search.focus()
    page.keyboard.type("condition")
    page.keyboard.press("Enter")
    expect(editor.cards).to_have_count(4)
    editor.same_as_server()
    flow = editor.flow()
    assert next(n for n in flow["nodes"] if n["id"] == "bye")["position"] == {"x": 672, "y": 40}
    otherwise = page.get_by_role("button", name="Otherwise: choose the next step")
    otherwise.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(editor.edges).to_have_count(4)
    editor.same_as_server()
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Short-cuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_may_only_look_changes_nothing(
    builder: Builder, open_builder: Callable[..., Builder]
) -> None:
    bot = make(builder.page, builder.url, placed("Only shown"))
    link = invite(builder, "looker@example.org", "viewer")
    page = open_builder().page
    page.goto(link)
    page.get_by_label("Password").fill(BO_PASSWORD)
    page.get_by_role("button", name="Join the workspace").click()
    expect(page.get_by_role("link", name="Only shown")).to_be_visible()
    page.goto(f"{builder.url}/bots/{bot}/edit")
    looker = Editor(page, builder.url, bot)
    expect(looker.cards).to_have_count(3)
    looker.status("You can look, not change")
    expect(page.get_by_label("Steps to add")).to_have_count(0)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    before = looker.draft()
    looker.drag(looker.card("Bye"), (600, 600), (100, 12))
    looker.card("Ask").click()
    page.keyboard.press("Delete")
    page.wait_for_timeout(600)
    expect(looker.cards).to_have_count(3)
    assert looker.draft() == before


def test_an_unknown_bot_is_said_to_be_missing(builder: Builder) -> None:
    page = builder.visit("/bots/01900000-0000-7000-8000-000000000000/edit")
    expect(page.get_by_role("heading", name="This bot is not here")).to_be_visible()


def test_looks(person: Builder, look: Look, size: dict[str, int]) -> None:
    page = person.page
    editor = Editor(page, person.url, make(page, person.url, placed("A look"))).open()
    look(page, "editor")
    if size == PHONE:
        page.get_by_role("button", name="Add a step").click()
        look(page, "editor-steps")
    editor.add("Message")
    expect(page.locator(".editor-badge").first).to_be_visible()
    editor.saved()
    look(page, "editor-added")
    editor.card("Hello").click()
    look(page, "editor-chosen")
    if size == PHONE:
        page.get_by_role("button", name="Close").click()
    editor.card("Hello").get_by_role("button", name="Next: choose").click()
    look(page, "editor-menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Actions for this flow").click()
    look(page, "editor-flow")
