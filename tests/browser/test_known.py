"""What we know of a visitor: seen with its source, corrected, kept, forgotten, added by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from storage import contact_facts
from storage.contact_facts import Noted
from storage.database import Database
from tests.browser.conftest import BOTH_WAYS, Builder, Flyt
from tests.browser.looks import Look
from tests.browser.test_answering import member
from tests.browser.test_conversations import Shop, Visitor, shop

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop("Known", "Hello"))


def fact(seq: int, text: str, quote: str, **more: Any) -> Noted:
    values = {"kind": "fact", "topic": ""} | more
    return Noted(text=text, said_at=datetime.now(UTC), seq=seq, quote=quote, **values)


def promise(text: str, due: date) -> Noted:
    return fact(3, text, "a vase", kind="promise", due=due)


def note(flyt: Flyt, flowers: Shop, visitor: Visitor, *noted: Noted) -> None:
    """As the worker does that has read the conversation."""
    told = flowers.admin.get(f"/conversations/{visitor.id}").json()
    workspace = UUID(flowers.admin.get("/workspace").json()["id"])
    database = Database(flyt.database_url)
    with database.workspace(workspace) as session:
        contact_facts.note(session, UUID(told["contact_id"]), UUID(visitor.id), noted)
    database.close()


def known(page: Page) -> Locator:
    return page.get_by_role("region", name="What we know")


def open_known(builder: Builder, visitor: Visitor) -> Locator:
    page = builder.visit(f"/inbox?id={visitor.id}")
    details = page.get_by_role("button", name="Details")
    expect(details).to_be_visible()
    if details.get_attribute("aria-pressed") == "false":
        details.click()
    return known(page)


def test_it_is_seen_with_its_source_corrected_kept_and_forgotten(
    builder: Builder, flyt: Flyt, flowers: Shop
) -> None:
    visitor = flowers.visitor("Ada from Oslo")
    for _ in range(12):
        visitor.say(text="which ones are there?")
    home = [
        fact(3, f"Lives in {town}.", "from Oslo", topic="home city") for town in ("Rome", "Oslo")
    ]
    late, soon = TODAY - timedelta(days=2), TODAY + timedelta(days=9)
    gifts = [promise("A vase is sent.", soon), promise("A card is sent.", late)]
    note(flyt, flowers, visitor, *home, *gifts)
    part = open_known(builder, visitor)
    rows = part.locator(".known-fact")
    expect(rows).to_have_count(3)
    assert [row.split("\n")[0] for row in rows.all_inner_texts()] == [
        "A card is sent.", "A vase is sent.", "Lives in Oslo."
    ]  # fmt: skip
    expect(rows.nth(0)).to_contain_text("Overdue: promised for")
    expect(rows.nth(1)).to_contain_text("Promised for")
    rows.nth(2).get_by_text("Before").click()
    expect(rows.nth(2)).to_contain_text("Lives in Rome.")

    said = builder.page.locator('[data-seq="3"]')
    expect(said).not_to_be_in_viewport()
    rows.nth(2).get_by_role("link", name="Said here").click()
    expect(said).to_be_in_viewport()
    expect(builder.page).not_to_have_url(re.compile("seq="))

    part.get_by_role("checkbox", name="Kept: A card is sent.").check()
    expect(rows.nth(2)).to_contain_text("Promise kept")
    part.get_by_text("Lives in Oslo.").hover()
    part.get_by_role("button", name="Correct: Lives in Oslo.").click()
    part.get_by_label("In a sentence").fill("Lives in Moss. 4111 1111 1111 1111")
    part.get_by_role("button", name="Save").click()
    expect(part.get_by_role("alert")).to_contain_text("numbers of cards")
    part.get_by_label("In a sentence").fill("Lives in Moss.")
    part.get_by_role("button", name="Save").click()
    expect(rows.nth(1)).to_contain_text("corrected")

    for undo in (True, False):
        part.get_by_text("A vase is sent.").hover()
        part.get_by_role("button", name="Forget: A vase is sent.").click()
        expect(part.get_by_text("Forgotten.")).to_be_visible()
        if undo:
            part.get_by_role("button", name="Undo").click()
            expect(part.get_by_text("A vase is sent.")).to_be_visible()
    part = open_known(builder, visitor)  # who leaves has decided
    expect(rows).to_have_count(2)
    expect(part.get_by_text("Lives in Moss.")).to_be_visible()


def test_a_colleague_adds_and_a_viewer_only_reads(
    open_builder: Callable[..., Builder], flyt: Flyt, flowers: Shop
) -> None:
    visitor = flowers.visitor("Bo")
    anna = open_builder(member(flyt, flowers, "Anna Berg", "agent"))
    part = open_known(anna, visitor)
    expect(part).to_contain_text("Nothing yet. Add what a colleague should know")
    part.get_by_role("button", name="Add").click()
    part.get_by_label("What is it?").select_option("Somebody they belong with")
    part.get_by_label("Who").fill("Rex")
    part.get_by_label("Is their").fill("dog")
    part.get_by_label("In a sentence").fill("Rex is his dog.")
    part.get_by_role("button", name="Save").click()
    expect(part.locator(".known-fact")).to_contain_text("Anna Berg")

    viewer = open_builder(member(flyt, flowers, "Vera", "viewer"))
    viewer.page.route("**/facts?*", lambda route: route.fulfill(status=429, body="{}"), times=1)
    part = open_known(viewer, visitor)
    expect(part.get_by_role("alert")).to_contain_text("could not be loaded")
    part.get_by_role("button", name="Try again").click()
    expect(part.get_by_text("Rex is his dog.")).to_be_visible()
    expect(part.get_by_role("button")).to_have_count(0)


@BOTH_WAYS
def test_looks(
    person: Builder, look: Look, flyt: Flyt, flowers: Shop, size: dict[str, int], theme: str
) -> None:
    visitor = flowers.visitor("Ada")
    noted = [
        promise("A new vase is sent, for the old one came broken.", TODAY - timedelta(days=2)),
        promise("A card is sent.", TODAY + timedelta(days=9)),
        fact(3, "Lives in Rome.", "Ada", topic="home"),
        fact(3, "Lives in Oslo, in a small flat on the fourth floor.", "Ada", topic="home"),
    ]
    note(flyt, flowers, visitor, *noted)
    part = open_known(person, visitor)
    expect(part.locator(".known-fact")).to_have_count(3)
    look(person.page, "inbox-known")
    part.get_by_role("button", name="Add").click()
    part.get_by_label("What is it?").select_option("A promise to them")
    look(person.page, "inbox-known-adding")
