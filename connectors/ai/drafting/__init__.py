"""A bot document out of a description or a procedure: a model plans it, plain code builds it.

The model never writes a document. It writes a *plan* (see `plan`), which says in a few words what
each step is and where it leads; `building` makes a document of it, and what is wrong with that goes
back to the model (`mistakes`) or, in the end, is left out (`leaving_out`) and told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

from runtime.core.document import Document

Kind = Literal["description", "procedure"]
Stage = Literal["reading", "planning", "building", "mending", "trying"]

SHORTEST, LONGEST = 20, 20_000  # characters of a description


class Description(msgspec.Struct, frozen=True):
    """What a person wrote. ``language`` is the one that the bot is to speak."""

    id: UUID
    workspace: UUID
    text: str
    language: str = "en"
    kind: Kind = "description"


class Drafted(msgspec.Struct, frozen=True):
    """``notes`` are sentences about what was left out, for whoever described the bot."""

    document: dict[str, Any]
    notes: tuple[str, ...] = ()


class NotDrafted(Exception):
    """No bot came of it; the message says why, and what may help."""


Rehearse = Callable[[Document], Mapping[int, str]]
"""Plays a document's tests; answers what went wrong, by the place of the test."""

Tell = Callable[[Stage, float], None]
"""Hears how far a draft is, from 0 to 1."""
