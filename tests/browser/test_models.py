"""AI models in the settings: connected, put in order, limited, ruled, and said in other words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BOTH_WAYS, Builder, Flyt
from tests.browser.looks import Look
from tests.browser.models_double import ANSWERED, REFUSED, STANDARD, Double, at_work, provider
from tests.browser.test_answering import member
from tests.browser.test_conversations import Shop, shop
from tests.doubles.llm_openai import OpenAi

Open = Callable[..., Builder]
KEY = "sk-not-for-anybody"


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_be_visible()


def test_the_first_provider_from_the_settings_to_its_first_answer(builder: Builder) -> None:
    page = builder.visit("/settings")
    double = Double().stand_in(page)
    page.get_by_role("link", name="Open AI models").click()
    expect(page).to_have_url(f"{builder.url}/settings/models")
    expect(page.get_by_role("heading", name="No language model is connected")).to_be_visible()
    home = part(page, "On your own machines")
    expect(home.get_by_role("link", name=re.compile("Ollama"))).to_contain_text("Stays on your")
    page.get_by_role("link", name=re.compile("^OpenAI GPT")).click()
    key = page.get_by_label("API key")
    expect(key).to_be_focused()
    expect(key).to_have_attribute("type", "password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Fill this in.")).to_be_visible()
    expect(key).to_be_focused()

    double.tested = REFUSED
    key.fill(KEY)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The key is refused.")).to_be_visible()
    expect(page.get_by_text("Look whether the key is whole")).to_be_visible()
    expect(page.get_by_text("A key is kept. It is never shown again.")).to_be_visible()
    assert KEY not in page.content()
    page.get_by_role("button", name="Replace the key").click()
    key.fill(f"{KEY}-2")
    double.tested = ANSWERED
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("gpt-6-luna answered in 840 ms:")).to_be_visible()
    expect(page.get_by_text("Saved, and it answers.")).to_be_visible()
    [made] = double.sent("POST", "providers")
    assert (made["kind"], made["secret"], made["region"]) == ("openai", KEY, "us")
    assert [each["secret"] for each in double.sent("PATCH", "providers/p1")] == [f"{KEY}-2"]
    assert double.sent("POST", "providers/p1/test") == [{"model": "gpt-6-luna"}] * 2

    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Use them").click()
    expect(page.get_by_text("It is in use.")).to_be_visible()
    assert double.setup["strong"] == [{"provider": "p1", "model": "gpt-6.1-sol"}]
    assert double.setup["cheap"] == [{"provider": "p1", "model": "gpt-6-luna"}]
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("article", name="OpenAI")).to_be_visible()


def test_what_was_typed_survives_a_refusal_and_a_lost_line(builder: Builder) -> None:
    double = Double().stand_in(builder.page)
    page = builder.visit("/settings/models?add=yandex")
    page.get_by_label("Folder ID").fill("b1g")
    page.get_by_label("API key").fill(KEY)
    errors = [{"path": "settings.folder", "message": "this is no folder ID"}]
    double.refuse("POST", "providers", 422, "The folder is wrong.", errors=errors)
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("Not saved. This is no folder ID.")).to_be_visible()
    expect(page.get_by_text("This is no folder ID.", exact=True)).to_be_visible()
    double.refuse("POST", "providers", 0, "")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("Not saved. Flyt did not answer.")).to_be_visible()
    expect(page.get_by_label("API key")).to_have_value(KEY)
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("Saved, and it answers.")).to_be_visible()
    assert double.providers[0]["settings"] == {"folder": "b1g"}


def test_a_provider_is_tested_paused_and_removed(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    double.providers.append(provider("p4", "anthropic", "Spare"))
    page = builder.visit("/settings/models")
    card = page.get_by_role("article", name="OpenAI")
    expect(card).to_contain_text("Used for answers and small tasks")
    card.get_by_role("button", name="Test OpenAI").click()
    expect(card).to_contain_text("Hello from here.")
    shared = page.get_by_role("article", name="Mistral")
    expect(shared).to_contain_text("settings of this installation (.env)")
    expect(shared.get_by_role("button", name="Actions")).to_have_count(0)

    card.get_by_role("button", name="Actions for OpenAI").press("Enter")
    page.get_by_role("menuitem", name="Pause").press("Enter")
    expect(card).to_contain_text("Paused")
    card.get_by_role("button", name="Actions for OpenAI").click()
    page.get_by_role("menuitem", name="Remove").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is used for answers and small tasks.")
    expect(dialog.get_by_role("button", name="Remove")).to_have_count(0)
    page.keyboard.press("Escape")

    unused = page.get_by_role("article", name="Spare")
    unused.get_by_role("button", name="Actions for Spare").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(dialog).to_contain_text("Its key is deleted and can't be brought back.")
    double.refuse("DELETE", "providers/p4", 409, "It is used for strong answers.")
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("It is used for strong answers.")
    dialog.get_by_role("button", name="Remove").click()
    expect(unused).to_have_count(0)


def test_chains_are_put_in_order_by_keyboard(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    page = builder.visit("/settings/models?part=uses")
    chain = part(page, "For answers")
    names = chain.get_by_label(re.compile("^Model of number"))
    expect(names).to_have_count(2)
    chain.get_by_role("button", name="Move qwen3 up").press("Enter")
    expect(names.first).to_have_value("qwen3")
    expect(chain.get_by_role("button", name="Move qwen3 down")).to_be_focused()
    expect(chain).to_contain_text("qwen3 is now number 1 of 2.")
    chain.get_by_role("button", name="Add one to fall back on").press("Enter")
    expect(names.nth(2)).to_be_focused()
    names.nth(2).fill("")
    expect(page.get_by_text("a model has no name")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    names.nth(2).fill("mistral-large")

    double.refuse("PUT", "setup", 422, "The model is unknown.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved. The model is unknown.")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())  # that something is not saved yet
    page.reload()
    expect(names.nth(2)).to_have_value("mistral-large")
    double.setup["persona"] = "Somebody else's words"
    save(page)
    assert [each["model"] for each in double.setup["strong"]] == [
        "qwen3",
        "gpt-6.1-sol",
        "mistral-large",
    ]
    assert double.setup["persona"] == "Somebody else's words"
    chain.get_by_role("button", name="Take out mistral-large").click()
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Undo the changes").click()
    expect(names).to_have_count(3)

    search = part(page, "For search")
    search.get_by_label("Provider").select_option("OpenAI")
    expect(search.get_by_label("Model")).to_have_value("text-embedding-3-small")
    save(page)
    wanted = {"provider": "p1", "model": "text-embedding-3-small", "size": 1536}
    assert double.setup["embedding"] == wanted


def test_the_models_of_the_installation_are_no_choice_of_the_workspace(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    double.setup["from_installation"] = True
    page = builder.visit("/settings/models?part=uses")
    expect(page.get_by_text("the models of this installation answer")).to_be_visible()
    page.get_by_role("link", name="Rules").click()
    page.get_by_label("How your bots speak").fill("Brief.")
    save(page)
    assert (double.setup["strong"], double.setup["cheap"]) == ([], [])


def test_limits_prices_and_what_is_spent(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    page = builder.visit("/settings/models?part=costs")
    meter = page.get_by_role("meter", name="Spent of the budget")
    expect(meter).to_have_attribute("aria-valuetext", "86 %")
    expect(page.get_by_text("86 % of the budget is used.")).to_be_visible()
    expect(page.get_by_role("table", name="Spent by model")).to_contain_text("gpt-6-luna")
    page.get_by_label("Budget a month").fill("40")
    save(page)
    expect(page.get_by_text("The budget is used up")).to_be_visible()
    assert (double.setup["budget"], double.setup["per_minute"]) == (40, 60)
    spending = page.get_by_role("group", name="Month of the spending")
    spending.get_by_role("button", name="The month before").click()
    expect(page.get_by_role("heading", name=re.compile("^Spent in "))).to_be_visible()

    prices = page.get_by_role("table", name="Prices")
    row = prices.get_by_role("row", name=re.compile("gpt-6-luna"))
    expect(row).to_contain_text("Usual price")
    expect(prices.get_by_role("row", name=re.compile("claude"))).to_have_count(0)
    row.get_by_label("Sent, gpt-6-luna").press("Control+a")
    page.keyboard.type("0.05")
    expect(row).to_contain_text("Your own")
    page.get_by_label("Model that has no price yet").fill("qwen3-tuned")
    page.get_by_role("button", name="Add a price").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_have_count(2)
    assert double.own["gpt-6-luna"]["taken"] == 0.05
    assert double.own["qwen3-tuned"]["given"] == 0
    row.get_by_role("button", name="Back to the usual price").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(row).to_contain_text("Usual price")
    assert set(double.own) == {"qwen3-tuned"}


def test_what_the_cache_has_saved(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    page = builder.visit("/settings/models?part=costs")
    saved = part(page, "Saved this month")
    expect(saved).to_contain_text("€1.30")
    expect(saved).to_contain_text("416,580 tokens not sent")
    expect(saved).to_contain_text("11 min that nobody waited")
    expect(saved.get_by_role("listitem").first).to_contain_text(
        "318 of 730 were there already: 44 %"
    )
    answers = saved.get_by_label("Give an answer again to others who ask the same")
    double.refuse("PUT", "setup", 429, "Flyt is busy.")
    answers.click()
    expect(saved.get_by_role("alert")).to_contain_text("Not saved. Flyt is busy.")
    expect(answers).to_be_checked()
    answers.press("Space")
    expect(saved).to_contain_text("Saved: every answer is made anew.")
    expect(answers).not_to_be_checked()
    assert double.setup["cache"] is False
    assert double.setup["budget"] == 50

    saved.get_by_role("button", name="Empty the cache").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("answers are paid for again")
    double.refuse("DELETE", "cache", 429, "The cache does not answer.")
    dialog.get_by_role("button", name="Empty it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The cache does not answer.")
    dialog.get_by_role("button", name="Empty it").click()
    expect(saved).to_contain_text("The cache is empty.")
    expect(dialog).to_have_count(0)

    double.saved = ({"hits": 0, "misses": 3},) * 3
    double.refuse("GET", "savings", 429, "Flyt is busy.")
    saved.get_by_role("button", name="The month before").click()
    before = page.get_by_role("region", name=re.compile("^Saved in "))
    expect(before.get_by_role("alert")).to_contain_text("Flyt is busy.")
    before.get_by_role("button", name="Try again").click()
    expect(before).to_contain_text("Nothing was saved in this month")


def test_calls_are_paged_and_failures_marked(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    page = builder.visit("/settings/models?part=calls")
    rows = page.get_by_role("table", name="Last calls").locator("tbody tr")
    expect(rows).to_have_count(25)
    expect(page.locator(".models-failed")).to_contain_text("did not answer within 25 seconds")
    double.refuse("GET", "calls", 429, "Flyt is busy.")
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_role("alert")).to_contain_text("Flyt is busy.")
    page.get_by_role("button", name="Try again").click()
    expect(rows).to_have_count(50)
    page.get_by_label("Show").select_option("Failed ones")
    expect(rows).to_have_count(1)


def test_rules_in_plain_words(builder: Builder) -> None:
    double = Double().stand_in(builder.page)
    page = builder.visit("/settings/models?part=rules")
    page.get_by_role("button", name="“A day of delivery”").click()
    expect(page.get_by_label("Rule 1", exact=True)).to_be_focused()
    page.get_by_role("button", name="Add a policy").click()
    expect(page.get_by_label("Rule 2", exact=True)).to_be_focused()
    page.keyboard.type("Refunds above 100 €")
    page.get_by_label("What to do").nth(1).select_option("Hand over to a person")
    page.get_by_label("How your bots speak").fill("Brief and kind.")
    page.get_by_label("European Union").check()
    save(page)
    assert [(each["rule"], each["action"]) for each in double.setup["policies"]] == [
        ("A day of delivery", "promise_never"),
        ("Refunds above 100 €", "hand_over"),
    ]
    assert (double.setup["persona"], double.setup["regions"]) == ("Brief and kind.", ["eu"])


def test_a_prompt_in_own_words_and_back(builder: Builder) -> None:
    double = at_work().stand_in(builder.page)
    page = builder.visit("/settings/models?part=prompts")
    page.get_by_role("button", name="Edit Answer").click()
    text = page.get_by_label("What the model is told")
    expect(text).to_have_value(STANDARD)
    text.fill("Rhyme.")
    page.get_by_role("link", name="Rules").click()
    page.get_by_role("link", name="Prompts").click()
    page.get_by_role("button", name="Edit Answer").click()
    expect(text).to_have_value("Rhyme.")
    save(page)
    assert double.prompts["answer"] == "Rhyme."
    expect(page.get_by_text("Your own words")).to_be_visible()
    page.get_by_role("button", name="Back to the standard").click()
    save(page)
    assert double.sent("PUT", "prompts/answer")[-1] == {"text": None}
    expect(page.get_by_text("Your own words")).to_have_count(0)


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop("Modelled", "Hello"))


def test_others_see_what_is_in_use(open_builder: Open, flyt: Flyt, flowers: Shop) -> None:
    vera = open_builder(member(flyt, flowers, "Vera", "viewer"))
    at_work().stand_in(vera.page)
    page = vera.visit("/settings")
    page.get_by_role("link", name="Open AI models").click()
    expect(page.get_by_role("article", name="OpenAI")).to_contain_text("A key is kept")
    for name in ("Providers", "Models in use", "Limits and costs", "Rules", "Prompts"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_text("An owner of the workspace can change it.")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("heading", level=2).first).to_be_visible()
        expect(page.get_by_role("main").locator("input, select, textarea")).to_have_count(0)
    page.get_by_role("link", name="Models in use").click()
    expect(part(page, "For answers")).to_contain_text("The box under the desk")
    expect(page.get_by_role("link", name="Calls")).to_have_count(0)


def test_from_the_first_key_to_the_bill(
    builder: Builder, open_builder: Open, flyt: Flyt, flowers: Shop
) -> None:
    """Over the API itself, with a provider beside it that takes one key only."""
    page = builder.visit("/settings/models?add=compatible")
    with OpenAi(authorization="Bearer sk-right") as service:
        page.get_by_label("Address").fill("ftp://here")
        page.get_by_label("API key").fill("sk-wrong")
        page.get_by_label("Model to test with").fill("gpt-6-luna")
        page.get_by_role("button", name="Save and test").click()
        expect(page.get_by_text(re.compile("^It must begin with http"))).to_be_visible()
        page.get_by_label("Address").fill(service.base_url)
        page.get_by_role("button", name="Save and test").click()
        expect(page.get_by_text("The provider refuses the key")).to_be_visible()
        page.get_by_role("button", name="Replace the key").click()
        page.get_by_label("API key").fill("sk-right")
        page.get_by_role("button", name="Save and test").click()
        expect(page.get_by_text("gpt-6-luna answered in")).to_be_visible()
        page.get_by_role("button", name="Use them").click()
        expect(page.get_by_text("It is in use.")).to_be_visible()

    page.get_by_role("link", name="Limits and costs").click()
    page.get_by_label("Budget a month").fill("25.5")
    page.get_by_label("Currency").select_option("EUR")
    save(page)
    expect(page.get_by_text("of €25.50")).to_be_visible()
    page.get_by_label("Sent, gpt-6-luna").fill("0.07")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved at")).to_have_count(2)
    page.get_by_role("link", name="Calls").click()
    listed = page.get_by_role("table", name="Last calls").locator("tbody tr")
    calls = listed.filter(has_text="gpt-6-luna")  # other tests have asked models of their own
    expect(calls).to_have_count(2)
    expect(calls.nth(1)).to_have_class("models-failed")
    page.get_by_role("link", name="Rules").click()
    page.get_by_role("button", name="“Medical or legal advice”").click()
    page.get_by_label("United States").check()
    save(page)
    page.reload()
    expect(page.get_by_label("Rule 1", exact=True)).to_have_value("Medical or legal advice")
    expect(page.get_by_label("United States")).to_be_checked()

    viewer = open_builder(member(flyt, flowers, "Vera", "viewer"))
    viewer.visit("/settings/models?part=uses")
    expect(part(viewer.page, "For answers")).to_contain_text("gpt-6-luna")
    page.get_by_role("link", name="Models in use").click()
    expect(page.get_by_text("gpt-6-luna is not asked")).to_be_visible()  # for its region
    for name in ("For answers", "For small tasks"):
        part(page, name).get_by_role("button", name="Take out gpt-6-luna").click()
    save(page)
    page.get_by_role("link", name="Providers").click()
    page.get_by_role("button", name="Actions for OpenAI-compatible").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="No language model is connected")).to_be_visible()


@BOTH_WAYS
def test_looks(person: Builder, look: Look) -> None:
    page = person.page
    double = Double().stand_in(page)
    person.visit("/settings")
    expect(page.get_by_role("link", name="Open AI models")).to_be_visible()
    look.keep(page, "models-from-settings")
    person.visit("/settings/models")
    expect(page.get_by_role("heading", name="No language model is connected")).to_be_visible()
    look(page, "models-first")
    page.goto(f"{person.url}/settings/models?add=gigachat")
    page.get_by_label("Authorisation key").fill(KEY)
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("Saved, and it answers.")).to_be_visible()
    double.tested = REFUSED
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_text("The key is refused.")).to_be_visible()
    look(page, "models-refused")

    used = at_work(8)
    vars(double).update(vars(used))
    person.visit("/settings/models")
    page.get_by_role("button", name="Test OpenAI").click()
    expect(page.get_by_text("Hello from here.")).to_be_visible()
    look(page, "models-providers")
    for name in ("uses", "costs", "calls", "rules", "prompts"):
        page.goto(f"{person.url}/settings/models?part={name}")
        expect(page.get_by_role("main").get_by_role("heading", level=2).first).to_be_visible()
        expect(page.get_by_role("main").locator(".skeleton")).to_have_count(0)
        if name == "prompts":
            page.get_by_role("button", name="Edit Answer").click()
            page.get_by_label("What the model is told").fill("Rhyme.")
        if name == "uses":
            page.get_by_role("button", name="Move qwen3 up").click()
        if name == "calls":
            look.keep(page, "models-calls")  # a table like the others, and a long one
        else:
            look(page, f"models-{name}")
        if name in ("uses", "prompts"):
            page.get_by_role("button", name="Undo the changes").click()
