"""Contacts as colleagues look for them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from runtime.api.access import Access, may
from runtime.api.openapi import problems
from storage import contacts

router = APIRouter(tags=["contacts"])

Reader = Annotated[Access, may("conversation.read")]


class ContactView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str | None
    email: str | None
    conversation_id: UUID | None = Field(description="Their latest conversation.")


class FoundContacts(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    items: list[ContactView]


@router.get("/contacts", summary="Find contacts by name or e-mail", responses=problems(422))
def find_contacts(
    access: Reader,
    search: Annotated[
        str, Query(max_length=200, description="Words that their name or e-mail holds.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 10,
) -> FoundContacts:
    """The newest first. Without words: all who have a name or an e-mail."""
    with access.transaction() as session:
        found = contacts.search(session, search.replace("\0", ""), limit=limit)
    return FoundContacts.model_validate({"items": found})
