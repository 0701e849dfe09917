"""Language models of a workspace: providers, setup, prices, prompts, every call, what was spent.

A link of a chain is ``{"provider": id, "model": name}``; the embedding one has a ``size`` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, text
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage import audit
from storage.errors import NotFound, Refused
from storage.tables import (
    ModelCall,
    ModelMonth,
    ModelPrice,
    ModelPrompt,
    ModelProvider,
    ModelSetup,
)
from storage.transaction import workspace_of

CHAINS = ("strong", "cheap")
_OF_A_PROVIDER = {"name", "base_url", "secret", "settings", "region", "local", "enabled"}
_OF_A_SETUP = {
    "strong", "cheap", "embedding", "per_minute", "budget", "currency", "regions", "persona",
    "policies", "remember_since", "cache",
}  # fmt: skip


class ProviderUsed(Refused):
    """A provider whose models the setup names can't be deleted."""


@dataclass(frozen=True)
class Price:
    """What a million tokens of a model cost: sent, sent and remembered there, answered."""

    model: str
    taken: Decimal
    cached: Decimal
    given: Decimal


@dataclass(frozen=True)
class Call:
    """One call of a model. ``status`` is "ok" or the kind of error; ``key`` is an effect's."""

    purpose: str
    provider: str
    model: str
    status: str = "ok"
    conversation: UUID | None = None
    key: str | None = None
    error: str | None = None
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    milliseconds: int = 0
    cache_hit: bool = False


@dataclass(frozen=True)
class ModelSpent:
    """What calls of one model came to in a month."""

    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    cost: Decimal


def create_provider(
    session: Session,
    *,
    kind: str,
    name: str,
    base_url: str,
    actor: str,
    secret: bytes | None = None,
    settings: Mapping[str, Any] | None = None,
    region: str = "",
    local: bool = False,
    enabled: bool = True,
) -> ModelProvider:
    """``secret`` is encrypted already, see `storage.secrets`."""
    provider = ModelProvider(
        workspace_id=workspace_of(session),
        kind=kind,
        name=name,
        base_url=base_url,
        secret=secret,
        settings=dict(settings or {}),
        region=region,
        local=local,
        enabled=enabled,
    )
    session.add(provider)
    session.flush()
    session.refresh(provider)
    audit.record(session, actor, "model_provider.created", provider.id, name=name, kind=kind)
    return provider


def provider(session: Session, provider_id: UUID, *, to_change: bool = False) -> ModelProvider:
    """``to_change`` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    query = select(ModelProvider).where(ModelProvider.id == provider_id)
    if to_change:
        query = query.with_for_update()
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"there is no model provider {provider_id}")
    return found


def providers(session: Session) -> Sequence[ModelProvider]:
    """Oldest first."""
    return session.exec(select(ModelProvider).order_by(col(ModelProvider.id))).all()


def change_provider(
    session: Session, provider_id: UUID, *, actor: str, **fields: Any
) -> ModelProvider:
    """Changes ``name``, ``base_url``, ``secret`` (encrypted; None: none any more), ``settings``
    (as a whole), ``region``, ``local`` or ``enabled``. Raises `NotFound`.
    """
    if unknown := fields.keys() - _OF_A_PROVIDER:
        raise Refused(f"a model provider's {', '.join(sorted(unknown))} can't be changed")
    changed = provider(session, provider_id, to_change=True)
    for name, value in fields.items():
        setattr(changed, name, value)
    changed.updated_at = datetime.now(UTC)
    session.add(changed)
    session.flush()
    audit.record(session, actor, "model_provider.changed", provider_id, fields=sorted(fields))
    return changed


def delete_provider(session: Session, provider_id: UUID, *, actor: str) -> None:
    """Deletes the account and its secret; calls keep its name. Raises `NotFound`, `ProviderUsed`.

    The setup is locked meanwhile, so that no chain can begin to name it.
    """
    gone = provider(session, provider_id, to_change=True)
    if uses := used_for(setup(session, to_change=True), provider_id):
        raise ProviderUsed(
            f"{gone.name} is used for {' and '.join(uses)} answers of this workspace:"
            " choose another model there first"
            if uses != ["embedding"]
            else f"{gone.name} makes the vectors of this workspace: choose another one there first"
        )
    session.delete(gone)
    session.flush()
    audit.record(session, actor, "model_provider.deleted", provider_id, name=gone.name)


def setup(session: Session, *, to_change: bool = False) -> ModelSetup | None:
    """What the workspace has decided; None where it has decided nothing yet."""
    query = select(ModelSetup)
    return session.exec(query.with_for_update() if to_change else query).one_or_none()


def change_setup(session: Session, *, actor: str, **fields: Any) -> ModelSetup:
    """Changes the fields that are given, each as a whole; the shapes are the caller's to check."""
    if unknown := fields.keys() - _OF_A_SETUP:
        raise Refused(f"there is nothing called {', '.join(sorted(unknown))} in the setup")
    workspace_id = workspace_of(session)
    session.execute(insert(ModelSetup).values(workspace_id=workspace_id).on_conflict_do_nothing())
    found = session.exec(select(ModelSetup).with_for_update()).one()
    changed = sorted(name for name, value in fields.items() if getattr(found, name) != value)
    for name in changed:
        setattr(found, name, fields[name])
    if changed:
        found.updated_at = datetime.now(UTC)
        session.add(found)
        session.flush()
        audit.record(session, actor, "model_setup.changed", fields=changed)
    return found


def used_for(setup: ModelSetup | None, provider_id: UUID) -> list[str]:
    """Of "strong", "cheap" and "embedding", for which a model of this provider is set up."""
    if setup is None:
        return []
    named = {name: getattr(setup, name) for name in CHAINS}
    named["embedding"] = [setup.embedding] if setup.embedding else []
    wanted = str(provider_id)
    return [name for name, links in named.items() if any(x["provider"] == wanted for x in links)]


def prices(session: Session) -> list[Price]:
    """The workspace's own prices, in its currency."""
    found = session.exec(select(ModelPrice).order_by(col(ModelPrice.model))).all()
    return [Price(row.model, row.taken, row.cached, row.given) for row in found]


def replace_prices(session: Session, items: Iterable[Price], *, actor: str) -> None:
    """All of the workspace's own prices anew."""
    workspace_id = workspace_of(session)
    session.execute(delete(ModelPrice))
    rows = [
        ModelPrice(workspace_id=workspace_id, **{name: getattr(item, name) for name in _PRICE})
        for item in items
    ]
    session.add_all(rows)
    session.flush()
    audit.record(session, actor, "model_prices.changed", models=[row.model for row in rows])


_PRICE = ("model", "taken", "cached", "given")


def prompts(session: Session) -> dict[str, str]:
    """The workspace's own prompts by name."""
    return {row.name: row.text for row in session.exec(select(ModelPrompt)).all()}


def write_prompt(session: Session, name: str, text: str | None, *, actor: str) -> None:
    """Puts the workspace's own words in place of a prompt; None: the shipped ones again."""
    session.execute(delete(ModelPrompt).where(col(ModelPrompt.name) == name))
    if text is not None:
        row = ModelPrompt(workspace_id=workspace_of(session), name=name, text=text, actor=actor)
        session.add(row)
        session.flush()
    audit.record(session, actor, "model_prompt.changed", name, own=text is not None)


def record_call(session: Session, call: Call) -> Decimal:
    """Writes the call and adds it to its month; answers what the month has cost so far.

    A conversation that is gone, or never was one (a rehearsal), is left out.
    """
    workspace_id = workspace_of(session)
    write_call(session, call)
    added = {
        "tokens_in": call.tokens_in,
        "tokens_cached": call.tokens_cached,
        "tokens_out": call.tokens_out,
        "cost": call.cost,
    }
    row = insert(ModelMonth).values(workspace_id=workspace_id, month=this_month(), calls=1, **added)
    counted = row.on_conflict_do_update(
        index_elements=["workspace_id", "month"],
        set_={name: getattr(ModelMonth, name) + row.excluded[name] for name in ("calls", *added)},
    ).returning(col(ModelMonth.cost))
    return session.execute(counted).scalar_one()


def write_call(session: Session, call: Call) -> None:
    """Writes the call alone, as of an answer that was there already: no model was asked."""
    session.execute(_CALL, {"workspace": workspace_of(session), **vars(call)})


_CALL = text(
    "insert into flyt.model_call (workspace_id, conversation_id, key, purpose, provider, model,"
    " status, error, tokens_in, tokens_cached, tokens_out, cost, milliseconds, cache_hit)"
    " values (:workspace,"
    " (select id from flyt.conversation where workspace_id = :workspace and id = :conversation),"
    " :key, :purpose, :provider, :model, :status, :error, :tokens_in, :tokens_cached, :tokens_out,"
    " :cost, :milliseconds, :cache_hit)"
)


def calls(
    session: Session,
    *,
    conversation_id: UUID | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[ModelCall]:
    """Newest first; ``before`` is the id to go on from. A ``status`` of "failed": all but "ok"."""
    query = select(ModelCall).order_by(col(ModelCall.id).desc()).limit(limit)
    if conversation_id is not None:
        query = query.where(ModelCall.conversation_id == conversation_id)
    if status == "failed":
        query = query.where(ModelCall.status != "ok")
    elif status is not None:
        query = query.where(ModelCall.status == status)
    if before is not None:
        query = query.where(ModelCall.id < before)
    return session.exec(query).all()


def this_month() -> date:
    """The first day of the running month, in UTC."""
    return datetime.now(UTC).date().replace(day=1)


def month(session: Session, first_day: date) -> ModelMonth | None:
    """What was spent in a month; None: nothing."""
    return session.exec(select(ModelMonth).where(ModelMonth.month == first_day)).one_or_none()


def by_model(session: Session, first_day: date) -> list[ModelSpent]:
    """What each model came to in a month, the dearest first."""
    begins = datetime(first_day.year, first_day.month, 1, tzinfo=UTC)
    ends = begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)
    query = (
        columns(
            col(ModelCall.model),
            func.count(),
            func.sum(ModelCall.tokens_in),
            func.sum(ModelCall.tokens_out),
            func.sum(ModelCall.cost),
        )
        .where(col(ModelCall.at) >= begins, col(ModelCall.at) < ends, ~col(ModelCall.cache_hit))
        .group_by(col(ModelCall.model))
        .order_by(func.sum(ModelCall.cost).desc(), col(ModelCall.model))
    )
    return [ModelSpent(*row) for row in session.execute(query)]
