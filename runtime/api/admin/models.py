"""Language models of a workspace: whose they are and what for; what they cost is beside this."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from connectors.llm import ModelFailed, NoModel
from connectors.llm.accounts import Account
from connectors.llm.presets import preset, shipped
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.model_views import (
    ModelNames,
    PresetView,
    ProviderBody,
    ProviderChange,
    ProviderView,
    TestBody,
    TestProblem,
    TestResult,
)
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.api.refusals import sentence
from runtime.models import LanguageModels
from runtime.models.checking import CannotBe, Shape, shape
from storage import models
from storage.errors import Refused
from storage.tables import ModelProvider, ModelSetup

router = APIRouter(prefix="/models", tags=["models"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Owner = Annotated[Access, may("model.manage")]


@router.get("/presets", summary="The kinds of providers")
def list_model_presets(access: Reader) -> list[PresetView]:
    """What each asks for, its models, and what they usually cost."""
    return [PresetView.model_validate(each) for each in shipped().presets]


@router.get("/providers", summary="List the providers of models")
def list_model_providers(access: Reader, services: ServicesOf) -> list[ProviderView]:
    """The workspace's own, oldest first, and those of the installation."""
    with access.transaction() as session:
        rows, decided = models.providers(session), models.setup(session)
    shared = [_shared_view(account, decided) for account in services.models.shared]
    return [_view(row, decided) for row in rows] + shared


@router.post("/providers", status_code=201, summary="Add a provider of models")
def create_model_provider(access: Owner, services: ServicesOf, body: ProviderBody) -> ProviderView:
    secret = body.secret.get_secret_value().strip() if body.secret else ""
    form = _formed(
        body.kind,
        base_url=body.base_url,
        settings=body.settings,
        region=body.region,
        local=body.local,
        has_secret=bool(secret),
    )
    with access.transaction() as session:
        row = models.create_provider(
            session,
            kind=body.kind,
            name=body.name or preset(body.kind).name,
            secret=services.models.vault.seal(access.workspace_id, secret) if secret else None,
            enabled=body.enabled,
            actor=access.actor,
            **vars(form),
        )
        view = _view(row, models.setup(session))
    services.models.setups.forget(access.workspace_id)
    return view


@router.patch(
    "/providers/{provider_id}",
    summary="Change a provider of models",
    responses=problems(404, 409),
)
def change_model_provider(
    access: Owner, services: ServicesOf, provider_id: UUID, body: ProviderChange
) -> ProviderView:
    """A new address needs the key again, so that a stored key goes nowhere else."""
    _own(services.models, provider_id)
    with access.transaction() as session:
        row = models.provider(session, provider_id, to_change=True)
        fields = _changes(row, body)
        if fields.get("secret"):
            fields["secret"] = services.models.vault.seal(access.workspace_id, fields["secret"])
        row = models.change_provider(session, provider_id, actor=access.actor, **fields)
        view = _view(row, models.setup(session))
    services.models.setups.forget(access.workspace_id)
    return view


@router.delete(
    "/providers/{provider_id}",
    status_code=204,
    summary="Delete a provider of models",
    responses=problems(404, 409),
)
def delete_model_provider(access: Owner, services: ServicesOf, provider_id: UUID) -> None:
    """Its key is gone with it. One whose models are still set up can't be deleted."""
    _own(services.models, provider_id)
    with access.transaction() as session:
        models.delete_provider(session, provider_id, actor=access.actor)
    services.models.setups.forget(access.workspace_id)


@router.post(
    "/providers/{provider_id}/test", summary="Ask a model for a word", responses=problems(404)
)
async def try_model_provider(
    access: Owner, services: ServicesOf, provider_id: UUID, body: TestBody | None = None
) -> TestResult:
    """What does not work is told in the answer, whose status is 200 all the same."""
    asked = services.models.asked
    account = await run_in_threadpool(_account, access, services.models, provider_id)
    model = body.model if body else None
    try:
        model = model or await _usual_model(services.models, account)
        began = monotonic()
        reply = await asked.try_out(access.workspace_id, account, model)
    except (NoModel, ModelFailed) as error:
        problem = TestProblem(kind=error.kind, message=sentence(error))
        return TestResult(ok=False, model=model, problem=problem)
    milliseconds = round((monotonic() - began) * 1000)
    return TestResult(ok=True, model=model, milliseconds=milliseconds, text=reply.text)


@router.get(
    "/providers/{provider_id}/models",
    summary="The models that a provider offers",
    responses=problems(404),
)
async def list_provider_models(
    access: Owner, services: ServicesOf, provider_id: UUID
) -> ModelNames:
    """Asked of the provider now; where it refuses, the answer is 422 with its reason."""
    account = await run_in_threadpool(_account, access, services.models, provider_id)
    try:
        return ModelNames(items=await services.models.asked.names(account))
    except ModelFailed as error:
        raise Problem(422, sentence(error), kind=error.kind) from None


def _formed(kind: str, **given: Any) -> Shape:
    try:
        return shape(kind, **given)
    except CannotBe as error:
        raise refused(error.errors) from None


def refused(errors: Mapping[str, str]) -> Problem:
    """422 with each place that is wrong."""
    items = [{"path": path, "message": message, "hint": None} for path, message in errors.items()]
    first = items[0]
    return Problem(
        422, f"The request does not fit: `{first['path']}`: {first['message']}.", errors=items
    )


def _changes(row: ModelProvider, body: ProviderChange) -> dict[str, Any]:
    """What to store; the key is still in the clear, and None where it is removed."""
    fields = body.model_dump(exclude_unset=True, include={"name", "enabled"})
    secret = body.secret.get_secret_value().strip() if body.secret is not None else None
    form = _formed(
        row.kind,
        base_url=body.base_url or (row.base_url if preset(row.kind).field("base_url") else None),
        settings=row.settings if body.settings is None else body.settings,
        region=row.region if body.region is None else body.region,
        local=row.local if body.local is None else body.local,
        has_secret=bool(row.secret) if secret is None else bool(secret),
    )
    if form.base_url != row.base_url and row.secret and secret is None:
        raise refused({"secret": "enter the key again, because the address is another one"})
    if secret is not None:
        fields["secret"] = secret or None
    changed = {name: value for name, value in vars(form).items() if value != getattr(row, name)}
    return fields | changed


def _account(access: Access, running: LanguageModels, provider_id: UUID) -> Account:
    for shared in running.shared:
        if shared.id == provider_id:
            return shared
    with access.transaction() as session:
        row = models.provider(session, provider_id)
        return running.setups.account(access.workspace_id, row)


async def _usual_model(running: LanguageModels, account: Account) -> str:
    known = preset(account.kind)
    if not known.local and (model := known.first("cheap") or known.first("strong")):
        return model.model
    names = await running.asked.names(account)
    if not names:
        raise ModelFailed("no_such_model", "the provider names no models: write one yourself")
    return names[0]


def _own(running: LanguageModels, provider_id: UUID) -> None:
    if any(shared.id == provider_id for shared in running.shared):
        raise Refused(
            "this provider comes from the installation: whoever runs it changes it in `.env`"
        )


def _view(row: ModelProvider, decided: ModelSetup | None) -> ProviderView:
    more = {
        "has_secret": row.secret is not None,
        "used_for": models.used_for(decided, row.id),
        "from_installation": False,
    }
    return ProviderView.model_validate({**row.model_dump(exclude={"secret"}), **more})


def _shared_view(account: Account, decided: ModelSetup | None) -> ProviderView:
    fields = ("id", "kind", "name", "base_url", "region", "local", "enabled")
    more = {
        "settings": {},
        "has_secret": bool(account.secret),
        "used_for": models.used_for(decided, account.id),
        "from_installation": True,
        "created_at": None,
    }
    return ProviderView.model_validate({name: getattr(account, name) for name in fields} | more)
