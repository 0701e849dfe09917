"""Problems of words: texts not translated, keywords that two flows want, intents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError

from runtime.core.document import Flow, IntentTrigger, KeywordTrigger
from runtime.core.phrases import plain
from runtime.core.problems.findings import Problem, Survey, at_node
from runtime.core.problems.graph import FlowGraph
from runtime.core.texts import shown
from runtime.core.translations import texts_of

ENOUGH = 5  # examples of an intent: with fewer, little can be told

_FORMULA = re.compile(r"\{\{.*?\}\}")
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/files/)\S*")


def check(survey: Survey) -> Iterator[Problem]:
    for flow in survey.own:
        for language, texts in survey.document.languages.items():
            yield from _untranslated(flow, language, texts)
        yield from _few_examples(flow)
    yield from _repeated_keywords(survey)
    yield from _repeated_examples(survey)


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
        prefix = f"flows.{flow.flow.id}.triggers.{index}.examples."
        if isinstance(trigger, IntentTrigger) and not any(t.startswith(prefix) for t in texts):
            path = f"{flow.path}.triggers[{index}].examples"
            message = f"This intent has no {name} examples yet."
            meant = f"What visitors write in {name} starts the flow only by chance until it has."
            yield Problem(path, "warning", "untranslated", message, meant, flow.flow.id)


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


def _few_examples(flow: FlowGraph) -> Iterator[Problem]:
    """Together, for several intent triggers of a flow are one intent."""
    found = [
        (index, trigger)
        for index, trigger in enumerate(flow.flow.triggers)
        if isinstance(trigger, IntentTrigger)
    ]
    count = sum(len({*trigger.examples}) for _, trigger in found)
    if found and count < ENOUGH:
        path = f"{flow.path}.triggers[{found[0][0]}].examples"
        given = "one example" if count == 1 else f"{count} examples"
        message = f"An intent can hardly be told from {given}."
        hint = "Add what visitors really write, in different words: ten are plenty."
        yield Problem(path, "warning", "few_examples", message, hint, flow.flow.id)


def _repeated_examples(survey: Survey) -> Iterator[Problem]:
    owners: dict[str, Flow] = {}
    for flow in (flow for flow in survey.own if flow.flow.enabled):
        for index, trigger in enumerate(flow.flow.triggers):
            examples = trigger.examples if isinstance(trigger, IntentTrigger) else ()
            for place, example in enumerate(examples):
                owner = owners.setdefault(plain(example), flow.flow)
                if owner is not flow.flow:
                    path = f"{flow.path}.triggers[{index}].examples[{place}]"
                    message = f'"{example}" is an example of "{owner.name or owner.id}" as well.'
                    hint = "Keep it in one of the two: as it is, neither is meant surely."
                    yield Problem(path, "warning", "repeated_example", message, hint, flow.flow.id)


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
