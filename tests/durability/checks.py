"""What must be true when the last visitor has gone, whatever died meanwhile."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from tests.durability.installation import Installation
from tests.durability.talk import UNSURE
from tests.durability.visitors import Visit

Row = dict[str, Any]
Grouped = dict[str, list[Row]]

# A trigger of the tests' own notes every timer that was ever set: the rows themselves go away.
NOTE_TIMERS = """
create table timer_note(
    n bigint generated always as identity, conversation_id uuid, due timestamptz,
    at timestamptz not null default clock_timestamp());
create function note_timer() returns trigger language plpgsql security definer
    set search_path = flyt, pg_temp as $$
begin
    insert into timer_note(conversation_id, due) values (new.conversation_id, new.due);
    return null;
end $$;
create trigger note_timer after insert or update of due on timer
    for each row execute function note_timer();
"""
TABLES = {
    "message": "seq",
    "inbox": "id",
    "effect": "turn, n",
    "timer": "due",
    "timer_note": "n",
    "session": "turn",
    "trace": "turn",
}
EFFECTS = ["outside.quote", "outside.book", "outside.letter"]
PATHS = {"/quotes": "outside.quote", "/bookings": "outside.book", "/letters": "outside.letter"}


class Failure(NamedTuple):
    """Something that must never happen, and the conversation it happened to, if it was one."""

    conversation: str
    what: str


class Evidence(NamedTuple):
    """Rows by conversation, and every call that the outside service was asked."""

    rows: dict[str, Grouped]  # by table
    calls: list[Row]

    def of(self, table: str, conversation: str) -> list[Row]:
        return self.rows[table].get(conversation, [])

    def story(self, conversation: str) -> str:
        """The rows of one conversation, for the reader of a failure."""
        return "\n".join(
            f"{table}: {_short(row)}" for table in self.rows for row in self.of(table, conversation)
        )


def gather(installation: Installation) -> Evidence:
    """Everything the database and the outside service know."""
    rows = {
        table: _by_conversation(installation.rows(f"select * from {table} order by {order}"))
        for table, order in TABLES.items()
    }
    return Evidence(rows, installation.calls())


def check(evidence: Evidence, visits: list[Visit]) -> Iterator[Failure]:
    """Everything that went wrong; nothing, if all is well."""
    known = Counter(visit.conversation for visit in visits if visit.conversation)
    for visit in visits:
        if not visit.finished:
            yield Failure(visit.conversation, f"visitor {visit.talk.number} {visit.doing}")
        else:
            for what in _conversation(evidence, visit):
                yield Failure(visit.conversation, what)
    for conversation in evidence.rows["message"].keys() - known.keys():
        yield Failure(conversation, "nobody ever heard of this conversation")
    yield from _outside(evidence)


def lateness(evidence: Evidence) -> list[float]:
    """Seconds between the moment a timer was due and the turn it caused, for each that fired."""
    return sorted(
        (at - due).total_seconds()
        for conversation in evidence.rows["trace"]
        for _, due, at in _fired(evidence, conversation)
    )


def _conversation(evidence: Evidence, visit: Visit) -> Iterator[str]:
    conversation, talk = visit.conversation, visit.talk
    rows = evidence.of("message", conversation)
    said = [
        (row["sender"], row["body"].get("text", "")) for row in rows if row["kind"] == "message"
    ]
    letter_sent = ("bot", UNSURE) not in said
    expected = talk.transcript(letter_sent=letter_sent)
    if said != expected:
        yield f"the transcript is {said}, not {expected}"
    if [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
        yield f"the messages are numbered {[row['seq'] for row in rows]}"
    if [session["status"] for session in evidence.of("session", conversation)] != ["ended"]:
        yield "the session has not ended"
    if waiting := [
        row["dedupe"] for row in evidence.of("inbox", conversation) if row["state"] != "done"
    ]:
        yield f"the inbox still holds {waiting}"
    if evidence.of("timer", conversation):
        yield "a timer outlived the session"
    yield from _effects(evidence, conversation, letter_sent=letter_sent)
    fired = list(_fired(evidence, conversation))
    if [node for node, _, _ in fired] != talk.waits():
        yield f"timers ended the waits of {[node for node, _, _ in fired]}, not {talk.waits()}"
    for node, due, at in fired:
        if at < due:
            yield f"{node!r} was woken at {at}, but its timer was due at {due}"


def _effects(evidence: Evidence, conversation: str, *, letter_sent: bool) -> Iterator[str]:
    """Each call is recorded once; a letter whose fate is unknown was sent at most once."""
    effects = evidence.of("effect", conversation)
    if [effect["kind"] for effect in effects] != EFFECTS:
        yield f"the effects recorded are {[effect['kind'] for effect in effects]}"
    calls = Counter(call["path"] for call in evidence.calls if call["key"].startswith(conversation))
    if calls["/letters"] > 1 or (letter_sent and calls["/letters"] == 0):
        yield f"{calls['/letters']} letters were sent, and the visitor was told {letter_sent}"
    if not calls["/bookings"] or not calls["/quotes"]:
        yield f"the outside service was asked only {dict(calls)}"
    for effect in effects:
        settled = ("done",) if effect["kind"] != EFFECTS[2] or letter_sent else ("unknown",)
        if effect["state"] not in settled:
            yield f"{effect['kind']} is {effect['state']!r}, not {settled[0]!r}"


def _outside(evidence: Evidence) -> Iterator[Failure]:
    """The outside service saw only keys that are recorded, each for what it was recorded for."""
    recorded = {
        f"{conversation}:{effect['turn']}:{effect['n']}": (effect["kind"], effect["args"])
        for conversation, effects in evidence.rows["effect"].items()
        for effect in effects
    }
    for call in evidence.calls:
        if recorded.get(call["key"]) != (PATHS[call["path"]], call["body"]):
            conversation = call["key"].partition(":")[0]
            yield Failure(conversation, f"nobody recorded the call {call}")


def _fired(evidence: Evidence, conversation: str) -> Iterator[tuple[str, datetime, datetime]]:
    """Node, due and waking of each wait that a timer ended: the last one set before."""
    notes = evidence.of("timer_note", conversation)
    for turn in evidence.of("trace", conversation):
        before = [note["due"] for note in notes if note["at"] < turn["at"]]
        for visit in turn["visits"]:
            if visit.get("event") == "TimedOut":
                yield visit["node"], before[-1], turn["at"]


def _by_conversation(rows: list[Row]) -> Grouped:
    found: Grouped = defaultdict(list)
    for row in rows:
        found[str(row["conversation_id"])].append(row)
    return found


def _short(row: Row) -> str:
    shown = {name: value for name, value in row.items() if value not in (None, [], {})}
    hidden = ("workspace_id", "conversation_id")
    return json.dumps({k: v for k, v in shown.items() if k not in hidden}, default=str)[:900]
