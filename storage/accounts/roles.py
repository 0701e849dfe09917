"""What each role may do."""

from __future__ import annotations

from typing import Literal

Action = Literal[
    "conversation.read",
    "conversation.answer",
    "bot.read",
    "bot.edit",
    "bot.publish",
    "channel.edit",
    "contact.edit",
    "contact.erase",
    "knowledge.edit",
    "log.read",
    "key.manage",
    "member.manage",
    "model.manage",
    "workspace.manage",
]

# What each role adds to the one before it.
_LADDER: dict[str, tuple[Action, ...]] = {
    "viewer": ("conversation.read", "bot.read"),
    "agent": ("conversation.answer", "contact.edit"),
    "editor": ("bot.edit", "bot.publish", "channel.edit", "knowledge.edit", "log.read"),
    "owner": (
        "contact.erase",
        "key.manage",
        "member.manage",
        "model.manage",
        "workspace.manage",
    ),
}
_ROLES = tuple(_LADDER)


def allows(role: str | None, action: Action) -> bool:
    """Whether somebody with ``role`` in a workspace may do ``action`` there; None: no member."""
    if role not in _LADDER:
        return False
    return any(action in _LADDER[step] for step in _ROLES[: _ROLES.index(role) + 1])
