"""What became of an effect that a node had performed."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from runtime.core.contract import AnyEvent, EffectDone, EffectFailed, Fail

Result = TypeVar("Result")


def result_of(event: AnyEvent, shape: type[Result]) -> Result | Fail:
    """The effect's result in its own type; else the failure, for the error way out."""
    match event:
        case EffectDone(result=result):
            try:
                return msgspec.convert(result, shape)
            except msgspec.ValidationError as error:
                return Fail("bad_result", f"the result is not what was asked for: {error}")
        case EffectFailed(error=kind, message=message):
            return Fail(kind, message)
        case _:
            raise TypeError(f"an effect does not end with {event!r}")
