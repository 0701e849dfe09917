"""Python's garbage collector in a process that lives long."""

from __future__ import annotations

import gc


def spare() -> None:
    """Call it when the process is ready: what was made so far stays for ever.

    The collector need not look at it again, and seldom at what comes: a turn makes hundreds of
    values and hardly any cycle. A clock saves a third of its time so.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)
