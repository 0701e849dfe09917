"""The document being edited: read, written as a whole or by operations, and examined."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from runtime.api.access import Access, ServicesOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import LARGEST
from runtime.api.problem import Problem, ProblemItem
from runtime.core.problems import Severity, examine, without_model
from storage import drafts
from storage.drafts import MAX_OPERATIONS, Applied, Change, Operation

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("bot.edit")]
Version = Annotated[int, Field(ge=0, le=LARGEST)]
Tab = Annotated[str, Field(min_length=1, max_length=64, description="Names the writer.")]


class DraftView(BaseModel):
    version: int
    document: dict[str, Any]


class DraftBody(BaseModel):
    """``version`` is the one that was read; `If-Match` may give it instead."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None
    document: dict[str, Any]


class OperationBody(BaseModel):
    """Puts ``value`` under ``key``, or deletes it where ``value`` is null."""

    model_config = ConfigDict(extra="forbid")

    number: Version = Field(description="The tab's own counter; sent twice it is applied once.")
    key: str = Field(max_length=700, examples=["s:description"])
    value: Any = None
    base: Version | None = Field(None, description="Replaces the call's, for an undo.")


class OperationsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tab: Tab
    base: Version = Field(description="The version the writer has seen.")
    operations: list[OperationBody] = Field(max_length=MAX_OPERATIONS)


class ChangeView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    key: str
    value: Any
    actor: str
    tab: str


class LostView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    reason: str
    current: ChangeView


class AppliedView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    accepted: dict[int, int] = Field(description="Operation numbers to draft versions.")
    lost: list[LostView] = Field(description="Not applied: somebody else was first.")
    others: list[ChangeView] = Field(description="What others changed since `base`.")


class ChangesView(BaseModel):
    version: int
    changes: list[ChangeView]


class Finding(ProblemItem):
    """``flow`` and ``node`` are the ids of what to show."""

    model_config = ConfigDict(from_attributes=True)

    severity: Severity
    code: str
    flow: str | None = None
    node: str | None = None


class Examination(BaseModel):
    """``errors`` keep the draft from being published, ``problems`` are all findings."""

    valid: bool
    version: int
    errors: list[Finding]
    problems: list[Finding]


@router.get("/bots/{bot_id}/draft", summary="Read the draft", responses=problems(404))
def get_draft(access: Reader, bot_id: UUID, response: Response) -> DraftView:
    """Its version is also the `ETag`."""
    with access.transaction() as session:
        current = drafts.read(session, bot_id)
    response.headers["etag"] = f'"{current.version}"'
    return DraftView(version=current.version, document=current.document)


@router.put("/bots/{bot_id}/draft", summary="Replace the draft", responses=problems(404, 409, 428))
def put_draft(
    access: Editor,
    bot_id: UUID,
    body: DraftBody,
    response: Response,
    if_match: Annotated[str | None, Header(pattern=r'^(W/)?"?[0-9]{1,18}"?$')] = None,
) -> DraftView:
    """Refused with 409 where somebody has changed the draft since the version given."""
    base = body.version if if_match is None else int(if_match.removeprefix("W/").strip('"'))
    if base is None:
        raise Problem(428, "Give the `version` you have read, in the body or as `If-Match`.")
    with access.transaction() as session:
        drafts.replace(session, bot_id, body.document, base=base, actor=access.actor)
        current = drafts.read(session, bot_id)
    response.headers["etag"] = f'"{current.version}"'
    return DraftView(version=current.version, document=current.document)


@router.post(
    "/bots/{bot_id}/draft/operations",
    summary="Change items of the draft",
    responses=problems(404),
)
def apply_operations(access: Editor, bot_id: UUID, body: OperationsBody) -> AppliedView:
    """Operations on items that somebody else changed since `base` come back as `lost`."""
    operations = [Operation(**operation.model_dump()) for operation in body.operations]
    with access.transaction() as session:
        applied: Applied = drafts.apply(
            session, bot_id, operations, base=body.base, tab=body.tab, actor=access.actor
        )
    return AppliedView.model_validate(applied)


@router.get(
    "/bots/{bot_id}/draft/changes",
    summary="What others changed since a version",
    responses=problems(404),
)
def list_draft_changes(
    access: Reader,
    bot_id: UUID,
    base: Annotated[int, Query(ge=0, le=LARGEST)],
    tab: Annotated[str, Query(max_length=64)] = "",
) -> ChangesView:
    with access.transaction() as session:
        version, changes = drafts.changes(session, bot_id, base, tab)
    return ChangesView(version=version, changes=[_change(change) for change in changes])


@router.post("/bots/{bot_id}/validate", summary="Examine the draft", responses=problems(404))
def validate_draft(access: Reader, services: ServicesOf, bot_id: UUID) -> Examination:
    with access.transaction() as session:
        current = drafts.read(session, bot_id)
        has_model = services.models.setups.has_model(session, access.workspace_id)
    document, found = examine(current.document)
    if document and not has_model:
        found += without_model(document)
    findings = [Finding.model_validate(problem) for problem in found]
    errors = [finding for finding in findings if finding.severity == "error"]
    return Examination(valid=not errors, version=current.version, errors=errors, problems=findings)


def _change(change: Change) -> ChangeView:
    return ChangeView.model_validate(change)
