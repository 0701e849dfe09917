"""Problems of words: texts not translated, keywords that two flows want, intents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.core.document import Flow, KeywordTrigger
from runtime.core.problems.findings import Problem, Survey, at_node
from runtime.core.problems.graph import FlowGraph
from runtime.core.release import plain
from runtime.core.texts import shown
from runtime.core.translations import texts_of


def check(survey: Survey) -> Iterator[Problem]:
    for flow in survey.own:
        for language, texts in survey.document.languages.items():
            yield from _untranslated(flow, language, texts)
        yield from _intents(flow)
    yield from _repeated_keywords(survey)


def _untranslated(flow: FlowGraph, language: str, texts: dict[str, str]) -> Iterator[Problem]:
    hint = f'Add the text to "languages" for {language}; visitors see the original until then.'
    for placed in flow.flow.nodes:
        prefix = f"flows.{flow.flow.id}.nodes.{placed.id}.config."
        for field, text in texts_of(flow.nodes[placed.id]).items():
            if _has_words(text) and prefix + field not in texts:
                message = f'This text is not translated to {language}: "{text[:40]}".'
                place = shown(placed.config, field)
                yield at_node(flow, placed.id, "untranslated", message, hint, field=place)
    for index, trigger in enumerate(flow.flow.triggers):
        prefix = f"flows.{flow.flow.id}.triggers.{index}.words."
        if isinstance(trigger, KeywordTrigger) and not any(t.startswith(prefix) for t in texts):
            path = f"{flow.path}.triggers[{index}].words"
            message = f"These keywords are not translated to {language}."
            yield Problem(path, "warning", "untranslated", message, hint, flow.flow.id)


def _has_words(value: object) -> bool:
    """Whether anything but formulas and signs is left to translate."""
    return isinstance(value, str) and bool(
        re.search(r"[^\W\d_]", re.sub(r"\{\{.*?\}\}", "", value))
    )


def _intents(flow: FlowGraph) -> Iterator[Problem]:
    for index, trigger in enumerate(flow.flow.triggers):
        if trigger.kind == "intent":
            message = "Intents are kept, but this version of Flyt does not listen for them yet."
            hint = "Add a keyword trigger with the most telling words."
            path = f"{flow.path}.triggers[{index}]"
            yield Problem(path, "warning", "intent_trigger", message, hint, flow.flow.id)


def _repeated_keywords(survey: Survey) -> Iterator[Problem]:
    owners: dict[str, Flow] = {}
    for flow in (flow for flow in survey.own if flow.flow.enabled):
        for index, trigger in enumerate(flow.flow.triggers):
            for word in trigger.words if isinstance(trigger, KeywordTrigger) else ():
                owner = owners.setdefault(plain(word), flow.flow)
                if owner is not flow.flow:
                    path = f"{flow.path}.triggers[{index}].words"
                    message = f'"{word}" also starts the flow "{owner.name or owner.id}".'
                    hint = "Keep the word in one of the two."
                    yield Problem(path, "warning", "repeated_keyword", message, hint, flow.flow.id)
