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


def contact_of(flowers: Shop, visitor: Visitor) -> str:
    return flowers.admin.get(f"/conversations/{visitor.id}").json()["contact_id"]


def named(flyt: Flyt, flowers: Shop, visitor: Visitor, name: str, email: str) -> None:
    """The contact is known by this name, as a channel may tell it."""
    workspace = UUID(flowers.admin.get("/workspace").json()["id"])
    database = Database(flyt.database_url)
    with database.workspace(workspace) as session:
        contact = contact_facts.contact(session, UUID(contact_of(flowers, visitor)))
        contact.name, contact.email = name, email
        session.add(contact)
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
    viewer.page.route("**/facts?*", lambda route: route.fulfill(status=429, body="{}"))
    part = open_known(viewer, visitor)
    expect(part.get_by_role("alert")).to_contain_text("could not be loaded")
    viewer.page.unroute("**/facts?*")
    part.get_by_role("button", name="Try again").click()
    expect(part.get_by_text("Rex is his dog.")).to_be_visible()
    expect(part.get_by_role("button")).to_have_count(0)


def test_what_changes_elsewhere_is_seen_without_reloading(
    builder: Builder, flyt: Flyt, flowers: Shop
) -> None:
    visitor = flowers.visitor("Ada")
    path = f"/contacts/{contact_of(flowers, visitor)}/facts"
    note(flyt, flowers, visitor, fact(3, "Lives in Oslo.", "Ada"))
    part = open_known(builder, visitor)
    rows = part.locator(".known-fact")
    expect(rows).to_have_count(1)
    added = {"kind": "fact", "text": "Likes roses."}
    made = flowers.admin.post(path, json=added).raise_for_status().json()
    expect(rows).to_have_count(2)
    text = {"text": "Likes tulips."}
    flowers.admin.patch(f"{path}/{made['id']}", json=text).raise_for_status()
    expect(part).to_contain_text("Likes tulips.")
    flowers.admin.delete(f"{path}/{made['id']}").raise_for_status()
    expect(rows).to_have_count(1)
    flowers.admin.delete(path).raise_for_status()
    expect(part).to_contain_text("Nothing yet.")


def test_somebody_they_belong_with_is_chosen_among_the_contacts(
    builder: Builder, flyt: Flyt, flowers: Shop
) -> None:
    visitor, other = flowers.visitor("Bo"), flowers.visitor("Anna")
    named(flyt, flowers, other, "Anna Berg", "anna@example.com")
    part = open_known(builder, visitor)
    part.get_by_role("button", name="Add").click()
    part.get_by_label("What is it?").select_option("Somebody they belong with")
    who = part.get_by_role("combobox", name="Who")
    who.press_sequentially("anna@exa")
    option = part.get_by_role("option", name="Anna Berg anna@example.com")
    expect(option).to_be_visible()
    who.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    who.press("Escape")
    expect(option).to_be_hidden()
    who.press_sequentially("m")
    option.click()
    expect(who).to_have_value("Anna Berg")
    expect(part).to_contain_text("Linked to their contact.")
    part.get_by_label("Is their").fill("sister")
    part.get_by_label("In a sentence").fill("Anna is his sister.")
    part.get_by_role("button", name="Save").click()
    link = part.get_by_role("link", name="Anna Berg")
    expect(link).to_be_visible()
    [shown] = flowers.admin.get(f"/contacts/{contact_of(flowers, visitor)}/facts").json()["items"]
    assert shown["relation"]["contact_id"] == contact_of(flowers, other)
    link.click()
    expect(builder.page).to_have_url(re.compile(f"id={other.id}"))

    part = open_known(builder, visitor)
    part.get_by_text("Anna is his sister.").hover()
    part.get_by_role("button", name="Correct: Anna is his sister.").click()
    part.get_by_role("button", name="Unlink").click()
    part.get_by_role("button", name="Save").click()
    expect(part.get_by_role("link", name="Anna Berg")).to_have_count(0)


def test_all_is_forgotten_once_somebody_has_said_so_twice(
    builder: Builder, flyt: Flyt, flowers: Shop
) -> None:
    visitor = flowers.visitor("Ada")
    note(flyt, flowers, visitor, fact(3, "Lives in Oslo.", "Ada"), promise("A card.", TODAY))
    part = open_known(builder, visitor)
    dialog = builder.page.get_by_role("dialog", name=re.compile("Forget all we know of Visitor"))
    for sure in (False, True):
        part.get_by_role("button", name="Forget all we know of them").click()
        name = "Forget all" if sure else "Cancel"
        dialog.get_by_role("button", name=name, exact=True).click()
        expect(dialog).to_be_hidden()
        expect(part.locator(".known-fact")).to_have_count(0 if sure else 2)
    part = open_known(builder, visitor)
    expect(part).to_contain_text("Nothing yet.")


def test_a_conversation_is_marked_as_confidential_and_no_longer(
    builder: Builder, open_builder: Callable[..., Builder], flyt: Flyt, flowers: Shop
) -> None:
    visitor = flowers.visitor("Ada")
    viewer = open_builder(member(flyt, flowers, "Vito", "viewer"))
    open_known(viewer, visitor)
    expect(viewer.page.get_by_role("region", name="Confidential")).to_have_count(0)
    open_known(builder, visitor)
    part = builder.page.get_by_role("region", name="Confidential")
    badges = [each.page.locator(".inbox-confidential") for each in (builder, viewer)]
    part.get_by_role("button", name="Mark as confidential").click()
    for badge in badges:
        expect(badge).to_be_visible()
    expect(part).to_contain_text("only language models marked local read this conversation")
    shown = viewer.page.get_by_role("region", name="Confidential")
    expect(shown).to_contain_text("only language models marked local")
    expect(shown.get_by_role("button")).to_have_count(0)
    builder.page.route(
        f"**/conversations/{visitor.id}",
        lambda route: route.fulfill(status=429, body="{}"),
        times=1,
    )
    part.get_by_role("button", name="No longer confidential").click()
    expect(part.get_by_role("alert")).to_contain_text("did not answer")
    part.get_by_role("button", name="No longer confidential").click()
    for badge in badges:
        expect(badge).to_have_count(0)
    assert flowers.admin.get(f"/conversations/{visitor.id}").json()["confidential"] is False


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
    other = flowers.visitor("Anna")
    named(flyt, flowers, other, "Anna Berg", "anna@example.com")
    relation = {"name": "sister", "to": "Anna Berg", "contact_id": contact_of(flowers, other)}
    body = {"kind": "relation", "text": "Anna is her sister.", "relation": relation}
    facts = f"/contacts/{contact_of(flowers, visitor)}/facts"
    flowers.admin.post(facts, json=body).raise_for_status()
    expect(part.locator(".known-fact")).to_have_count(4)
    look(person.page, "inbox-known")
    marking = person.page.get_by_role("region", name="Confidential")
    marking.get_by_role("button", name="Mark as confidential").click()
    expect(marking.get_by_role("button", name="No longer confidential")).to_be_visible()
    marking.scroll_into_view_if_needed()
    look(person.page, "inbox-confidential")
    part.get_by_role("button", name="Forget all we know of them").click()
    look(person.page, "inbox-known-forget-all")
    person.page.keyboard.press("Escape")
    part.get_by_role("button", name="Add").click()
    part.get_by_label("What is it?").select_option("A promise to them")
    look(person.page, "inbox-known-adding")
    part.get_by_label("What is it?").select_option("Somebody they belong with")
    part.get_by_role("combobox", name="Who").press_sequentially("anna")
    expect(part.locator(".known-found").get_by_role("option").first).to_be_visible()
    look(person.page, "inbox-known-who")
