"""A call that did not come through, told in the words of the network."""

from __future__ import annotations

import httpx2

from connectors.llm.failures import Failed, shown


def unreachable(error: BaseException) -> Failed:
    """The failure that an error of HTTP stands for, or our own one below it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Failed):  # it was ours: an address, a token
            return cause
        cause = cause.__cause__
    if isinstance(error, httpx2.TimeoutException):
        return Failed("timeout", "the provider did not answer in time")
    reason = str(error) or type(error).__name__
    return Failed("network", f"the provider can't be reached: {shown(reason)}")
