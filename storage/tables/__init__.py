"""All tables (SQLModel), in the PostgreSQL schema ``flyt``.

Keys of what belongs to a workspace are composite, (workspace_id, …), and so are the foreign keys;
row-level security (``storage/sql/10_policies.sql``) is switched on for every table here.
"""

from __future__ import annotations

from storage.tables.accounts import (
    ApiKey,
    Audit,
    Invitation,
    LoginAttempt,
    LoginSession,
    Membership,
    Role,
    UserAccount,
    Workspace,
)
from storage.tables.base import NOWHERE, SCHEMA, Table
from storage.tables.bots import (
    Bot,
    Brand,
    Channel,
    ChannelKind,
    Draft,
    DraftItem,
    DraftOperation,
    Release,
    ReleaseShare,
)
from storage.tables.conversations import (
    Contact,
    Conversation,
    ConversationStatus,
    Delivery,
    Effect,
    Identity,
    Inbox,
    Message,
    MessageKind,
    Sender,
    Session,
    Status,
    Timer,
    Trace,
)
from storage.tables.records import Event, File, Log, LogLevel

__all__ = [
    "NOWHERE",
    "SCHEMA",
    "ApiKey",
    "Audit",
    "Bot",
    "Brand",
    "Channel",
    "ChannelKind",
    "Contact",
    "Conversation",
    "ConversationStatus",
    "Delivery",
    "Draft",
    "DraftItem",
    "DraftOperation",
    "Effect",
    "Event",
    "File",
    "Identity",
    "Inbox",
    "Invitation",
    "Log",
    "LogLevel",
    "LoginAttempt",
    "LoginSession",
    "Membership",
    "Message",
    "MessageKind",
    "Release",
    "ReleaseShare",
    "Role",
    "Sender",
    "Session",
    "Status",
    "Table",
    "Timer",
    "Trace",
    "UserAccount",
    "Workspace",
]
