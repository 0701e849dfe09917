"""What comes from outside a conversation, as events with a dedupe key: the same key once only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from runtime.core.contract import AnyEvent, HandedBack, Signal, Started, TakenOver
from runtime.driver import Driver
from runtime.records import Answer
from runtime.stage import Fresh
from storage.turns import Where

# Every function answers None where the event came too late to change anything, and raises
# `NoConversation`, `NoBot` and `Unavailable`.


async def event(
    driver: Driver, workspace: UUID, conversation: UUID, name: str, data: Any, *, key: str
) -> Answer | None:
    """Something happened that a flow may wait for, or that starts one: ``cart_abandoned``."""
    signal = Signal(name=name, data=data)
    return await _take(driver, workspace, conversation, f"event:{key}", signal)


async def start(
    driver: Driver,
    workspace: UUID,
    conversation: UUID,
    flow: str,
    inputs: dict[str, Any],
    *,
    key: str,
) -> Answer | None:
    """A person starts a flow by hand, over whatever runs."""
    started = Started(flow=flow, inputs=inputs)
    return await _take(driver, workspace, conversation, f"start:{key}", started)


async def take_over(
    driver: Driver, workspace: UUID, conversation: UUID, agent: str, *, key: str
) -> Answer | None:
    """A person speaks from now on."""
    return await _take(driver, workspace, conversation, f"person:{key}", TakenOver(agent))


async def hand_back(
    driver: Driver, workspace: UUID, conversation: UUID, *, key: str
) -> Answer | None:
    """The bot speaks again."""
    return await _take(driver, workspace, conversation, f"person:{key}", HandedBack())


async def _take(
    driver: Driver, workspace: UUID, conversation: UUID, dedupe: str, what: AnyEvent
) -> Answer | None:
    return await driver.take(Where(workspace, conversation), Fresh(dedupe, what))
