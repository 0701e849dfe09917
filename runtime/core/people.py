"""What people of the workspace do in a conversation: take it over, answer, hand it back, end it.

No node runs while a person owns the conversation. Answering reopens one that is over: it belongs
to that person, and since its bot has nothing left to do, it is over again once handed back.
"""

from __future__ import annotations

from runtime.core.contract import Closed, HandedBack, PersonSaid, TakenOver
from runtime.core.moves import resume, until_parked, wake
from runtime.core.run import Run
from runtime.core.session import Owner


def step_in(run: Run, event: TakenOver | PersonSaid | HandedBack | Closed) -> bool:
    """False where nothing is left to do: two people pressed the same, or one of them twice."""
    match event:
        case TakenOver(agent=agent, name=name):
            return take_over(run, Owner(agent, name))
        case PersonSaid(agent=agent, name=name):
            if run.status != "human" or run.owner is None:
                take_over(run, Owner(agent, name))
            run.spoken = event.message()
            return True
        case HandedBack():
            return hand_back(run)
        case Closed():
            run.finish("ended")
            withdraw_owner(run)
            return True


def take_over(run: Run, owner: Owner) -> bool:
    if run.status != "human":
        run.status, run.epoch = "human", run.epoch + 1
    elif run.owner and run.owner.id == owner.id:
        return False
    run.owner, run.joined = owner, owner.name
    return True


def hand_back(run: Run) -> bool:
    if run.status != "human":
        return False
    run.status = "bot"
    withdraw_owner(run)
    if not run.frames:
        run.finish("ended")
        return True
    waiting = run.top.waiting
    event = HandedBack()
    until_parked(run, wake(run, event) if waiting and waiting.on == "person" else resume(run))
    return True


def withdraw_owner(run: Run) -> None:
    run.epoch, run.owner = run.epoch + 1, None
