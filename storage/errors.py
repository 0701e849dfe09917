"""Refusals that a person can understand; each message is a sentence to show."""

from __future__ import annotations


class Refused(Exception):
    """What was asked for can't be done as things are."""


class NotFound(Refused):
    """There is no such thing in this workspace."""
