"""Problems of words: texts not translated, keywords that two flows want, intents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError

from runtime.core.document import Flow, KeywordTrigger
from runtime.core.phrases import plain
from runtime.core.problems.findings import Problem, Survey, at_node
from runtime.core.problems.graph import FlowGraph
from runtime.core.texts import shown
from runtime.core.translations import texts_of

_FORMULA = re.compile(r"\{\{.*?\}\}")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/files/)\S*")


def check(survey: Survey) -> Iterator[Problem]:
    for flow in survey.own:
        for language, texts in survey.document.languages.items():
            yield from _untranslated(flow, language, texts)
        yield from _intents(flow)
    yield from _repeated_keywords(survey)


def _untranslated(flow: FlowGraph, language: str, texts: dict[str, str]) -> Iterator[Problem]:
    name = _language_name(language)
    hint = f"Visitors who speak {name} read the original until it has."
    for placed in flow.flow.nodes:
        prefix = f"flows.{flow.flow.id}.nodes.{placed.id}.config."
        for field, text in texts_of(flow.nodes[placed.id]).items():
            if _has_words(text) and prefix + field not in texts:
                message = f'This text has no {name} translation yet: "{text[:40]}".'
                place = shown(placed.config, field)
                yield at_node(flow, placed.id, "untranslated", message, hint, field=place)
    for index, trigger in enumerate(flow.flow.triggers):
        prefix = f"flows.{flow.flow.id}.triggers.{index}.words."
        if isinstance(trigger, KeywordTrigger) and not any(t.startswith(prefix) for t in texts):
            path = f"{flow.path}.triggers[{index}].words"
            message = f"These words have no {name} translation yet."
            yield Problem(path, "warning", "untranslated", message, hint, flow.flow.id)


def _language_name(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code


def _has_words(value: object) -> bool:
    """Whether anything but formulas, addresses and signs is left to translate."""
    if not isinstance(value, str):
        return False
    return bool(re.search(r"[^\W\d_]", _ADDRESS.sub("", _FORMULA.sub("", value))))


def _intents(flow: FlowGraph) -> Iterator[Problem]:
    for index, trigger in enumerate(flow.flow.triggers):
        if trigger.kind == "intent":
            message = "Intents are kept, but this version of Flyt does not start a flow by them."
            hint = "Let the flow start at the most telling words as well."
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
