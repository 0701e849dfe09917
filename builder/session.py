"""Who is at the page: every event handler of the builder begins here.

An event handler is a public call: anyone may open a socket and name it, and Reflex makes one of
every method of a state whose name has no underscore before it. So each one is wrapped by
`signed_in`, which reads the session's cookie of the socket, looks the session up anew and hands the
person to the handler, which therefore can't run without one.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import reflex as rx

from builder.people import Person, person_of
from builder.words import t
from runtime.api.refusals import sentence
from storage.accounts import Action
from storage.errors import NotFound, Refused

log = logging.getLogger("flyt.builder")

GUARD = "__asks_for__"
"""The attribute of a guarded handler that names what the person must be allowed to do."""

_toast_ids = count(1)


def signed_in(action: Action = "bot.read") -> Callable[[Callable[..., Any]], Any]:
    """Makes an event handler that only a signed-in person who may do ``action`` can call.

    The handler receives the `Person` after ``self``; a browser can't send that argument. It runs
    in a thread, because storage blocks. What storage refuses becomes a toast.
    """

    def guard(handler: Callable[..., Any]) -> Any:
        @functools.wraps(handler)
        async def guarded(self: PageState, *args: Any, **kwargs: Any) -> Any:
            try:
                return await asyncio.to_thread(_handle, handler, action, self, args, kwargs)
            except Refused as refusal:
                self._say(sentence(refusal))
            except Exception:
                log.exception("the event handler %s failed", handler.__qualname__)
                self._excuse(t("That did not work, and it is our fault. Try again in a moment."))
            return None

        setattr(guarded, GUARD, action)
        guarded.__signature__ = _without_person(handler)  # type: ignore[attr-defined]
        return rx.event(guarded)

    return guard


def _without_person(handler: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(handler)
    kept = [each for each in signature.parameters.values() if each.name != "person"]
    return signature.replace(parameters=kept)


class Loading(rx.State, mixin=True):
    """What a page knows of its own reading; `design.loaded` draws it."""

    ready: bool = False
    failure: str = ""

    def _done(self) -> None:
        self.ready, self.failure = True, ""


class PageState(rx.State):
    """What the frame of every page shows, and what was just done."""

    email: str = ""
    initial: str = ""
    workspace_id: str = ""
    workspace_name: str = ""
    workspaces: list[dict[str, str]] = []
    may_edit: bool = False
    may_manage: bool = False
    toasts: list[dict[str, Any]] = []

    @signed_in()
    def dismiss(self, person: Person, toast: int) -> None:
        self._taken_back(toast)

    def _greet(self, person: Person) -> None:
        """Takes over what the frame shows of the person."""
        self.email = person.email
        self.initial = person.email[:1].upper()
        self.workspace_id = str(person.workspace_id)
        self.workspace_name = person.workspace_name
        self.workspaces = [
            {"id": str(each.workspace_id), "name": each.workspace_name}
            for each in person.workspaces
        ]
        self.may_edit = person.may("bot.edit")
        self.may_manage = person.may("workspace.manage")

    def _say(self, text: str, undo: str = "") -> None:
        """Shows a toast; ``undo`` is what `_taken_back` answers when its Undo is pressed."""
        self.toasts = [*self.toasts[-2:], {"id": next(_toast_ids), "text": text, "undo": undo}]

    def _excuse(self, text: str) -> None:
        """Says that something failed: in place of a page that is not read yet, else in a toast."""
        if isinstance(self, Loading) and not self.ready:
            self.failure = text
        else:
            self._say(text)

    def _taken_back(self, toast: int) -> str:
        """Removes a toast; answers what its Undo was to take back, an empty text if it is gone."""
        undo = next((each["undo"] for each in self.toasts if each["id"] == toast), "")
        self.toasts = [each for each in self.toasts if each["id"] != toast]
        return undo


def identifier(text: str) -> UUID:
    """The id that stands in an address or came from a page. Raises `NotFound`."""
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        raise NotFound(t("There is nothing at this address.")) from None


def _handle(handler: Any, action: Action, state: PageState, args: Any, kwargs: Any) -> Any:
    person = person_of(state.router.headers.cookie)
    if person is None:
        return rx.redirect("/sign-in")
    state._greet(person)
    if not person.may(action):
        state._say(t("Your role in this workspace does not allow that. Ask an owner."))
        return None
    return handler(state, person, *args, **kwargs)
