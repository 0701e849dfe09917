"""Brands: the shops of one workspace, each with its channels and what is known for it alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlmodel import Session, col, select

from storage import audit
from storage.errors import NotFound, Refused
from storage.tables import Brand
from storage.transaction import workspace_of

MAX_NAME = 200


class BrandNameTaken(Refused):
    """There is a brand of this name already."""


def create(session: Session, name: str, *, actor: str, timezone: str | None = None) -> Brand:
    """``timezone`` (IANA); None: the workspace's. Raises `BrandNameTaken`, `Refused`."""
    brand = Brand(
        workspace_id=workspace_of(session), name=_free(session, name), timezone=_zone(timezone)
    )
    session.add(brand)
    session.flush()
    session.refresh(brand)
    audit.record(session, actor, "brand.created", brand.id, name=brand.name)
    return brand


def get(session: Session, brand_id: UUID) -> Brand:
    """Raises `NotFound`."""
    brand = session.exec(select(Brand).where(Brand.id == brand_id)).one_or_none()
    if brand is None:
        raise NotFound(f"there is no brand {brand_id}")
    return brand


def listed(session: Session, *, after: UUID | None = None, limit: int = 100) -> Sequence[Brand]:
    """The oldest first; ``after`` is the id to go on from."""
    query = select(Brand).order_by(col(Brand.id)).limit(limit)
    if after is not None:
        query = query.where(Brand.id > after)
    return session.exec(query).all()


def change(session: Session, brand_id: UUID, *, actor: str, **fields: Any) -> Brand:
    """Changes ``name`` or ``timezone``. Raises `NotFound`, `BrandNameTaken`, `Refused`."""
    brand = get(session, brand_id)
    if "name" in fields:
        brand.name = _free(session, fields["name"], brand_id)
    if "timezone" in fields:
        brand.timezone = _zone(fields["timezone"])
    session.add(brand)
    session.flush()
    audit.record(session, actor, "brand.changed", brand_id, fields=sorted(fields))
    return brand


def delete(session: Session, brand_id: UUID, *, actor: str) -> None:
    """Its channels and collections stay, and are of no brand then. Raises `NotFound`."""
    brand = get(session, brand_id)
    audit.record(session, actor, "brand.deleted", brand_id, name=brand.name)
    session.delete(brand)
    session.flush()


def _free(session: Session, given: str, own: UUID | None = None) -> str:
    name = given.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise Refused(f"a brand needs a name of at most {MAX_NAME} characters")
    found = session.exec(select(Brand.id).where(Brand.name == name)).first()
    if found not in (None, own):
        raise BrandNameTaken(f"there is a brand called {name} already")
    return name


def _zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise Refused(f"there is no time zone called {name}: write one such as Europe/Oslo")
    return name
