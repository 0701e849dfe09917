"""Which texts are worth suggesting: what the bot listens to, and what it can answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from runtime.core.document import KeywordTrigger
from runtime.core.document.system import PREFIX
from runtime.core.phrases import LANGUAGES, base_language
from runtime.core.release import Release
from runtime.core.tongues import written_in
from runtime.guide.index import Known, folded
from storage.guide import AskedBy, Question

ASKED_BY = 2  # people at least
LONGEST = 120  # characters of a suggestion
A_NAME = 3  # letters at least of a word of somebody's name

_TRIGGER, _REVIEWED, _WRITTEN, _ASKED = range(4)  # whose texts come first


def collections_of(release: Release) -> tuple[str, ...] | None:
    """Where this bot looks things up, by name; none: everywhere. None: nowhere."""
    named: set[str] = set()
    looks = False
    for flow in release.document.flows:
        for placed in flow.nodes if flow.enabled else ():
            if placed.type.startswith(("ai.answer", "ai.agent", "knowledge.")):
                looks = True
                wanted = placed.config.get("collections") or ()
                if not wanted:
                    return ()
                named.update(map(str, wanted))
    return tuple(sorted(named)) if looks else None


def known(
    release: Release,
    questions: Sequence[Question],
    asked: Sequence[AskedBy],
    refused: Sequence[str],
) -> Iterator[Known]:
    """``refused``: questions whose answers somebody found bad."""
    yield from _heard(release)
    for one in questions:
        rank, text = _REVIEWED if one.reviewed else _WRITTEN, " ".join(one.text.split())
        if len(text) <= LONGEST:
            yield Known(text, base_language(one.language), rank)
    yield from _often(asked, {_words(text) for text in refused})


def _heard(release: Release) -> Iterator[Known]:
    """What the bot listens to, whatever it is doing."""
    for intent in release.intents:
        for text, own in intent.examples:
            language = written_in(text, LANGUAGES, own) or own
            yield Known(text, base_language(language), _TRIGGER)
    for flow in release.document.flows:
        if not flow.enabled or flow.id.startswith(PREFIX):
            continue
        for trigger in flow.triggers:
            if isinstance(trigger, KeywordTrigger):
                yield from (Known(word, None, _TRIGGER) for word in trigger.words)


def _often(asked: Sequence[AskedBy], refused: set[tuple[str, ...]]) -> Iterator[Known]:
    """What several people have asked, in the newest one's words, if it tells of nobody."""
    names = {word for one in asked for word in folded(one.name or "") if len(word) >= A_NAME}
    first: dict[tuple[str, ...], AskedBy] = {}
    people: dict[tuple[str, ...], set[UUID]] = {}
    for one in asked:
        words = _words(one.text)
        if words and words not in refused and not _tells_of_somebody(one.text, words, names):
            first.setdefault(words, one)
            people.setdefault(words, set()).add(one.contact)
    for words, one in first.items():
        if (count := len(people[words])) >= ASKED_BY:
            language = base_language(one.language) if one.language else None
            yield Known(" ".join(one.text.split()), language, _ASKED, count)


def _tells_of_somebody(text: str, words: Iterable[str], names: set[str]) -> bool:
    return "@" in text or any(sign.isdigit() for sign in text) or not names.isdisjoint(words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(folded(text))
