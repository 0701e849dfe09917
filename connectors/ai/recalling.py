"""What was said before: the newest messages word by word, the older ones in a digest.

The digest is made by the cheap model once the messages exceed their budget, is kept with the number
of the message it reaches to, and is only ever extended; so the words before a question stay the
same from call to call, and providers remember them. Without a model the oldest messages are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from connectors.ai import Digest, Digests, Line, guards
from connectors.ai.aside import Aside

READ = 80  # messages that are looked at
LINE = 400  # characters of a message
BUDGET = 2_400  # characters of those that are told word by word
AT_ONCE = 12_000  # characters of those that one digest is made of
DIGEST = 1_200  # characters of a digest
TOKENS = 400  # of one

NOBODY: Final[tuple[Line, ...]] = ()


class Talk(msgspec.Struct, frozen=True):
    """What a model gets to read of a conversation."""

    lines: tuple[Line, ...] = NOBODY
    digest: str = ""


def before(lines: Sequence[Line], question: str) -> list[Line]:
    """The messages without the question itself, masked, each cut to its budget."""
    short = (
        msgspec.structs.replace(line, text=guards.masked(line.text).text[:LINE].strip())
        for line in without(lines, question)
    )
    return [line for line in short if line.text]


def without(lines: Sequence[Line], question: str) -> list[Line]:
    """The messages before the question."""
    earlier = list(lines)
    while earlier and earlier[-1].by == "visitor" and earlier[-1].text.strip() == question.strip():
        earlier.pop()
    return earlier


def latest(lines: Sequence[Line], count: int, budget: int = BUDGET) -> list[Line]:
    """The last ``count`` messages at most, as far as their characters fit."""
    kept: list[Line] = []
    for line in reversed(lines[-count:] if count else ()):
        budget -= len(line.text)
        if budget < 0:
            break
        kept.append(line)
    return kept[::-1]


def spoken(lines: Sequence[Line]) -> str:
    return "\n".join(f"{line.by}: {guards.as_data(' '.join(line.text.split()))}" for line in lines)


def told(talk: Talk) -> list[str]:
    """As a model reads it: in short what is long ago, and then word by word."""
    parts = [f"<earlier>\n{guards.as_data(talk.digest)}\n</earlier>"] if talk.digest else []
    if talk.lines:
        parts.append(f"<conversation>\n{spoken(talk.lines)}\n</conversation>")
    return parts


async def recalled(
    lines: Sequence[Line],
    count: int,
    aside: Aside,
    kept: Digests,
    workspace: UUID,
    conversation: UUID,
) -> Talk:
    """``lines`` as `before` gives them; ``count`` of them may be told word by word."""
    digest = await kept.digest(workspace, conversation)
    if digest and digest.confidential and not aside.purpose.confidential:
        digest = None
    known = digest.text if digest else ""
    fresh = [line for line in lines if digest is None or line.seq > digest.seq]
    newest = latest(fresh, count)
    if len(newest) == len(fresh):
        return Talk(tuple(newest), known)
    newer = latest(fresh, max(1, count // 2), BUDGET // 2)
    older = fresh[: len(fresh) - len(newer)]
    text = await _summarised(known, older, aside)
    if not text:
        return Talk(tuple(newest), known)
    made = Digest(text, older[-1].seq, aside.purpose.confidential)
    if made.seq:
        await kept.keep(workspace, conversation, made)
    return Talk(tuple(newer), text)


async def _summarised(known: str, older: Sequence[Line], aside: Aside) -> str:
    """What is known and what was said since in one; nothing, where no model says it well."""
    talk = Talk(tuple(latest(older, len(older), AT_ONCE)), known)
    reply = await aside.ask("summary", "\n\n".join(told(talk)), longest=TOKENS)
    text = guards.visible(reply.text).strip() if reply and not reply.cut else ""
    return "" if guards.gives_orders(text) else text[:DIGEST]
