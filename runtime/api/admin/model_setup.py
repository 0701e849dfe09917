"""What a workspace has decided about models, its words for them, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel import Session

from connectors.llm import Purpose, prompts
from connectors.llm.plan import Plan
from connectors.llm.presets import shipped, usual_prices
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.model_views import (
    CallView,
    PricesBody,
    PricesView,
    PriceView,
    PromptBody,
    PromptView,
    SetupBody,
    SetupView,
    SpendingView,
    SpentView,
)
from runtime.api.admin.models import refused
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterNumber, Limit, Page, page
from runtime.models import LanguageModels
from runtime.models.setups import is_chosen, of
from storage import models
from storage.errors import NotFound
from storage.tables import ModelSetup

router = APIRouter(prefix="/models", tags=["models"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Owner = Annotated[Access, may("model.manage")]
Editor = Annotated[Access, may("log.read")]
Month = Annotated[
    str | None,
    Query(
        pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$",
        description="Such as 2026-11; without it, the running one.",
    ),
]
_USUAL = ModelSetup(workspace_id=UUID(int=0))
_MADE = {"notes", "from_installation", "remember"}  # of a view, out of other things


@router.get("/setup", summary="What models are used for")
def get_model_setup(access: Reader, services: ServicesOf) -> SetupView:
    with access.transaction() as session:
        return _setup_view(session, access.workspace_id, services.models)


@router.put("/setup", summary="Set up what models are used for")
def put_model_setup(access: Owner, services: ServicesOf, body: SetupBody) -> SetupView:
    """Other processes go by it some seconds later."""
    fields = body.model_dump(mode="json") | {"budget": Decimal(str(body.budget))}
    fields["regions"] = sorted(set(body.regions))
    fields["embedding"] = fields["embedding"] or {}
    with access.transaction() as session:
        known = {row.id for row in models.providers(session)}
        known |= {account.id for account in services.models.shared}
        if errors := dict(_unknown(body, known)):
            raise refused(errors)
        models.change_setup(session, actor=access.actor, **_remembering(session, fields))
        view = _setup_view(session, access.workspace_id, services.models)
    services.models.setups.forget(access.workspace_id)
    return view


@router.get("/prices", summary="What models cost")
def get_model_prices(access: Reader) -> PricesView:
    with access.transaction() as session:
        return _prices_view(session)


@router.put("/prices", summary="Set prices of your own")
def put_model_prices(access: Owner, services: ServicesOf, body: PricesBody) -> PricesView:
    """All of the workspace's own anew, in its currency; those left out are the usual ones again."""
    named = [item.model for item in body.items]
    twice = {
        f"items[{place}].model": "this model has a price further up"
        for place, name in enumerate(named)
        if name in named[:place]
    }
    if twice:
        raise refused(twice)
    items = [
        models.Price(item.model, *(Decimal(str(x)) for x in (item.taken, item.cached, item.given)))
        for item in body.items
    ]
    with access.transaction() as session:
        models.replace_prices(session, items, actor=access.actor)
        view = _prices_view(session)
    services.models.setups.forget(access.workspace_id)
    return view


@router.get("/prompts", summary="What models are told")
def list_model_prompts(access: Reader) -> list[PromptView]:
    with access.transaction() as session:
        own = models.prompts(session)
    return [_prompt_view(prompt, own) for prompt in prompts.shipped().values()]


@router.put("/prompts/{name}", summary="Put a prompt into your own words", responses=problems(404))
def put_model_prompt(
    access: Owner, services: ServicesOf, name: str, body: PromptBody
) -> PromptView:
    prompt = prompts.shipped().get(name)
    if prompt is None:
        raise NotFound(f"there is no prompt {name}")
    if body.text is not None:
        try:
            prompts.check(prompt, body.text)
        except prompts.BadPrompt as error:
            raise refused({"text": str(error)}) from None
    with access.transaction() as session:
        models.write_prompt(session, name, body.text, actor=access.actor)
        own = models.prompts(session)
    services.models.setups.forget(access.workspace_id)
    return _prompt_view(prompt, own)


@router.get("/calls", summary="List calls of models, newest first")
def list_model_calls(
    access: Editor,
    conversation_id: UUID | None = None,
    status: Annotated[
        str | None,
        Query(max_length=40, description="`ok`, a kind of error, or `failed` for all errors."),
    ] = None,
    limit: Limit = 50,
    cursor: AfterNumber = None,
) -> Page[CallView]:
    with access.transaction() as session:
        found = models.calls(
            session, conversation_id=conversation_id, status=status, before=cursor, limit=limit + 1
        )
    return Page[CallView].model_validate(page(found, limit, lambda call: call.id))


@router.get("/spending", summary="What models have cost in a month")
def get_model_spending(
    access: Editor,
    month: Month = None,
) -> SpendingView:
    first = first_day(month)
    with access.transaction() as session:
        total, each = models.month(session, first), models.by_model(session, first)
        decided = models.setup(session)
    counted = ("calls", "tokens_in", "tokens_cached", "tokens_out")
    return SpendingView(
        month=f"{first:%Y-%m}",
        **{name: getattr(total, name) if total else 0 for name in counted},
        cost=float(total.cost) if total else 0.0,
        budget=float(decided.budget) if decided else 0.0,
        currency=currency_of(decided),
        by_model=[SpentView.model_validate(one) for one in each],
    )


def _remembering(session: Session, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the moment since when is remembered in place of whether."""
    remember = fields.pop("remember")
    if remember is None:
        return fields
    decided = models.setup(session, to_change=True)
    since = (decided and decided.remember_since) or datetime.now(UTC)
    return fields | {"remember_since": since if remember else None}


def first_day(month: str | None) -> date:
    return date.fromisoformat(f"{month}-01") if month else models.this_month()


def _unknown(body: SetupBody, known: set[UUID]) -> Iterator[tuple[str, str]]:
    for name, links in (("strong", body.strong), ("cheap", body.cheap)):
        for place, link in enumerate(links):
            if link.provider not in known:
                yield f"{name}[{place}].provider", _NO_PROVIDER
    if body.embedding and body.embedding.provider not in known:
        yield "embedding.provider", _NO_PROVIDER
    names = [policy.id for policy in body.policies]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"policies[{place}].id", "another rule has this id already"


_NO_PROVIDER = "this workspace has no such provider"


def currency_of(decided: ModelSetup | None) -> Any:
    return decided.currency if decided else "USD"


def _setup_view(session: Session, workspace: UUID, running: LanguageModels) -> SetupView:
    decided = models.setup(session)
    shown = decided or _USUAL
    fields = {name: getattr(shown, name) for name in SetupView.model_fields if name not in _MADE}
    fields["remember"] = shown.remember_since is not None
    fields |= {"embedding": shown.embedding or None, "currency": currency_of(decided)}
    chosen = is_chosen(decided)
    if not chosen:
        usual = of(None, running.shared, running.shared)
        fields["strong"] = [_link(link) for link in usual.strong]
        fields["cheap"] = [_link(link) for link in usual.cheap]
        if usual.embedding:
            fields["embedding"] = _link(usual.embedding) | {"size": usual.embedding.size}
    notes = list(_notes(session, workspace, running, decided))
    from_installation = not chosen and bool(running.shared)
    return SetupView.model_validate(
        fields | {"notes": notes, "from_installation": from_installation}
    )


def _link(link: Any) -> dict[str, Any]:
    return {"provider": link.account.id, "model": link.model}


def _notes(
    session: Session, workspace: UUID, running: LanguageModels, decided: ModelSetup | None
) -> Iterator[str]:
    own = [running.setups.account(workspace, row) for row in models.providers(session)]
    setup = running.setups.priced(session, of(decided, (*own, *running.shared), running.shared))
    month = models.month(session, models.this_month())
    plan = Plan(setup, month.cost if month else Decimal(0))
    vectors = (setup.embedding,) if setup.embedding else ()
    told: set[str] = set()
    for link in (*setup.strong, *setup.cheap, *vectors):
        no = plan.refusal(link, Purpose("note", workspace))
        note = f"{link.model} is not asked: {no}." if no else ""
        if not note and plan.price(link) is None:
            note = f"No price is known for {link.model}, so it counts as free: give it one."
        if note and note not in told:
            told.add(note)
            yield note


def _prices_view(session: Session) -> PricesView:
    currency = currency_of(models.setup(session))
    own = {price.model: price for price in models.prices(session)}
    everything = {**usual_prices(currency), **own}
    items = [
        PriceView(
            model=name,
            taken=float(price.taken),
            cached=float(price.cached),
            given=float(price.given),
            own=name in own,
        )
        for name, price in sorted(everything.items())
    ]
    return PricesView(currency=currency, as_of=shipped().as_of, items=items)


def _prompt_view(prompt: prompts.Prompt, own: dict[str, str]) -> PromptView:
    return PromptView(
        name=prompt.name,
        about=prompt.about,
        text=own.get(prompt.name, prompt.text),
        standard=prompt.text,
        own=prompt.name in own,
    )
