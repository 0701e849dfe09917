"""The flows every bot has for talks that leave their path, as a bot that has none of its own."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, Field

from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.kept import etag_of, kept
from runtime.api.openapi import problems
from runtime.core.document.system import standard_flows
from storage import drafts

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]


class StandardFlowsView(BaseModel):
    flows: list[dict[str, Any]] = Field(
        description="As in a document; a flow there with the same `id` takes the place of one."
    )
    languages: dict[str, dict[str, str]] = Field(
        description="Their translations to the bot's other languages, as in a document."
    )


@router.get(
    "/bots/{bot_id}/standard-flows",
    summary="Read the flows every bot has",
    response_model=StandardFlowsView,
    responses={304: {"description": "Nothing changed since `If-None-Match`."}} | problems(404),
)
def get_standard_flows(
    access: Reader, bot_id: UUID, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """What happens when a visitor cancels, goes back, is not understood or falls silent.

    In the language of the draft, all of them, also those it has of its own. Keep the answer and ask
    with `If-None-Match`.
    """
    with access.transaction() as session:
        document = drafts.read(session, bot_id).document
    stock = standard_flows(document)
    flows = [flow.model_dump(mode="json", exclude_unset=True) for flow in stock.flows]
    body = orjson.dumps({"flows": flows, "languages": stock.languages})
    return kept(body, etag_of(body), if_none_match)
