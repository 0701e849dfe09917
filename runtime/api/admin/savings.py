"""What the cache of answers, searches and vectors has saved, and how to empty it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from connectors.ai.shelf import Kind
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.model_setup import Month, currency_of, first_day
from runtime.api.admin.model_views import SavingsView, SharesView
from runtime.api.body import StrictRoute
from runtime.api.problem import Problem
from runtime.cache.shelf import NotEmptied
from storage import audit, models, savings
from storage.savings import Saved

router = APIRouter(prefix="/models", tags=["models"], route_class=StrictRoute)

Owner = Annotated[Access, may("model.manage")]
Editor = Annotated[Access, may("log.read")]


@router.get("/savings", summary="What the cache has saved in a month")
async def get_model_savings(
    access: Editor,
    services: ServicesOf,
    month: Month = None,
) -> SavingsView:
    """What other processes have counted comes some seconds later."""
    await services.cache.ledger.write()
    return await run_in_threadpool(_savings, access, month)


@router.delete("/cache", status_code=204, summary="Empty the cache")
async def empty_model_cache(access: Owner, services: ServicesOf) -> None:
    """Answers, searches and vectors are made anew from now on."""
    try:
        await services.cache.shelf.empty(access.workspace_id)
    except NotEmptied:
        raise Problem(
            503, "The cache does not answer, so it may not be empty: try again in a moment."
        ) from None
    await run_in_threadpool(_noted, access)


def _savings(access: Access, month: str | None) -> SavingsView:
    first = first_day(month)
    with access.transaction() as session:
        found, decided = savings.of_month(session, first), models.setup(session)
    total = sum(found.values(), Saved())
    return SavingsView(
        month=f"{first:%Y-%m}",
        currency=currency_of(decided),
        cost=float(total.cost),
        tokens_in=total.tokens_in,
        tokens_out=total.tokens_out,
        milliseconds=total.milliseconds,
        answers=_shares(found, "answers"),
        searches=_shares(found, "searches"),
        embeddings=_shares(found, "embeddings"),
    )


def _shares(found: Mapping[str, Saved], kind: Kind) -> SharesView:
    saved = found.get(kind, Saved())
    return SharesView(hits=saved.hits, misses=saved.misses)


def _noted(access: Access) -> None:
    with access.transaction() as session:
        audit.record(session, access.actor, "model_cache.emptied")
