"""What the chat calls take and give, for the API's description.

Requests are read by `connectors.channels.web`, which these models must not contradict; a test
holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from runtime.core.contract import FormType, InputType, MessageType
from runtime.core.session import Status
from storage.tables import MessageKind, Sender

Body = TypeVar("Body", bound=BaseModel)


class VerifiedIdentity(BaseModel):
    """Who the host page says the visitor is; ignored unless `proof` holds."""

    id: str = Field(description="The host page's own id of its user.", max_length=200)
    proof: str = Field(
        "", description="Hex HMAC-SHA256 of `id` under the channel's identity secret."
    )
    name: str | None = None
    email: str | None = None
    phone: str | None = None


class OpenConversation(BaseModel):
    client_id: str = Field(
        description="128 random bits; the same again gives the same answer.",
        min_length=1,
        max_length=128,
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    )
    visitor_id: str | None = Field(None, description="From an earlier answer: comes back.")
    variables: dict[str, Any] = Field(
        default_factory=dict, description="Values for variables that the bot declares."
    )
    locale: str | None = Field(None, examples=["nb-NO"])
    timezone: str | None = Field(None, description="IANA name.", examples=["Europe/Oslo"])
    page: str | dict[str, Any] | None = Field(None, description="Where the chat stands.")
    identity: VerifiedIdentity | None = None


class SayInConversation(BaseModel):
    """Exactly one of `text`, `choice`, `choices`, `value`, `files`; `text` also with files."""

    client_id: str = Field(min_length=1, max_length=128, examples=["c2f1d7a0"])
    text: str | None = Field(None, description="At most 16 kB.", examples=["I want a refund"])
    choice: str | None = Field(None, description="The id of an option.", examples=["yes"])
    choices: list[str] | None = None
    value: Any = Field(None, description="What a typed control holds.")
    files: list[str] | None = Field(None, description="Ids of uploaded files.")
    input_token: str | None = Field(None, description="`input.token` that this answers.")


class Option(BaseModel):
    id: str
    label: str
    value: Any = None
    image: str | None = None


class ExpectedField(BaseModel):
    variable: str = Field(description="Its name in the answer, an object sent as `value`.")
    type: FormType
    label: str
    required: bool = False
    options: list[Option] | None = None


class ExpectedInput(BaseModel):
    """What the bot waits for; absent members are at their defaults."""

    type: InputType
    token: str
    options: list[Option] | None = None
    multiple: bool = False
    placeholder: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    style: str | None = Field(None, description="Of a rating: `stars`, `numbers`, `smileys`.")
    accept: list[str] | None = Field(None, description="Media types of files; absent: any.")
    largest: int | None = Field(None, description="Bytes that one file may have.")
    fields: list[ExpectedField] | None = Field(None, description="Of a form.")
    earliest: str | None = Field(None, description="The first possible date or time (ISO 8601).")
    latest: str | None = Field(
        None, description="The last one; a time before `earliest` is one after midnight."
    )


class Citation(BaseModel):
    """Where a statement of the message comes from."""

    number: int = Field(description="The text refers to it as `[number]`.")
    title: str
    text: str | None = Field(None, description="The very words.")
    page: int | None = None
    url: str | None = None
    confidential: bool | None = Field(
        None, description="True: of a collection that only models marked local may read."
    )


class ChatMessage(BaseModel):
    seq: int = Field(description="Numbers the visible events of a conversation.")
    id: str
    at: datetime
    sender: Sender = Field(alias="from")
    type: MessageType
    text: str = Field(description="Markdown unless the visitor speaks.")
    url: str | None = None
    files: list[dict[str, Any]] | None = None
    cards: list[dict[str, Any]] | None = None
    citations: list[Citation] | None = None
    name: str | None = Field(None, description="Of the agent who says it; may be empty.")
    key: str | None = Field(None, description="Of the `token` events whose draft it replaces.")


class TurnAnswer(BaseModel):
    """What was said in answer. The visitor's own message is in the transcript, not here."""

    status: Status
    seq: int
    messages: list[ChatMessage]
    input: ExpectedInput | None
    stale: bool = Field(
        False, description="The input token is no longer waited for: nothing was changed."
    )
    language: str | None = Field(
        None, description="That the visitor chose or writes in; null: as at the opening."
    )


class StatusEvent(BaseModel):
    seq: int
    id: str
    at: datetime
    sender: Sender = Field(alias="from")
    status: Status
    name: str | None = Field(
        None, description="Of the person who has come; may be empty. Null: nobody has yet."
    )


class OpenedConversation(TurnAnswer):
    conversation_id: UUID
    token: str = Field(description="`Authorization: Bearer` for this conversation.")
    visitor_id: str = Field(description="A secret; send it next time to come back.")
    statuses: list[StatusEvent] = Field(
        description="For who comes back: when the bot, a person or nobody had the word."
    )


class VisibleEvent(BaseModel):
    """A message, or a `status`, `edited`, `deleted` or `read` event with members of its own."""

    event: MessageKind
    seq: int
    id: str
    at: datetime
    sender: Sender = Field(alias="from")
    turn: int | None


class MissedEvents(BaseModel):
    events: list[VisibleEvent]
    seq: int = Field(description="Ask again with this as `after` until nothing comes.")


class ReadUpTo(BaseModel):
    seq: int = Field(ge=0, le=2**31 - 1)


class Typing(BaseModel):
    typing: bool = True


class Rating(BaseModel):
    score: int = Field(ge=0, le=10)
    comment: str = Field("", max_length=4000)


class ChannelConfig(BaseModel):
    name: str
    language: str
    look: dict[str, Any]
    texts: dict[str, Any]
    capabilities: dict[str, bool]


class Suggestions(BaseModel):
    suggestions: list[str]
