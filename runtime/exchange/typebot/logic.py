"""Blocks that decide, count, wait and jump."""

from __future__ import annotations

from functools import partial
from typing import Any

from runtime.core.expressions.conditions import PATTERN_LIMIT
from runtime.exchange.typebot.made import Desk, Made, Maker, made, review
from runtime.exchange.typebot.reading import Block, Json, number, object_of, objects_of, text_of
from runtime.exchange.typebot.values import setting, worked_out

_OPERATORS = {
    "Equal to": "eq",
    "Not equal": "ne",
    "Contains": "contains",
    "Does not contain": "not_contains",
    "Greater than": "gt",
    "Greater or equal to": "ge",
    "Less than": "lt",
    "Less or equal to": "le",
    "Is set": "is_set",
    "Is empty": "is_empty",
    "Starts with": "starts_with",
    "Ends with": "ends_with",
    "Matches regex": "matches",
    "Does not match regex": "not_matches",
}
BY_HAND = "store it in a Set variables step."
_WITHOUT_VALUE = ("is_set", "is_empty")
_NAMED = {  # what *Set variable* offers by name, as expressions of ours
    "Now": "now()",
    "Today": "today()",
    "Yesterday": "today() - days(1)",
    "Tomorrow": "today() + days(1)",
    "Result ID": "conversation.id",
    "Phone number": "contact.phone",
    "Contact name": "contact.name",
}
_SERVICES = {  # what is asked of other services, in the words of the report
    "Google Sheets": "a Google sheet",
    "Email": "an e-mail",
    "Webhook": "an HTTP request",
    "Zapier": "Zapier",
    "Make.com": "Make.com",
    "Pabbly": "Pabbly",
    "Pabbly Connect": "Pabbly",
    "Chatwoot": "Chatwoot",
    "Google Analytics": "Google Analytics",
    "Pixel": "Meta's pixel",
    "payment input": "a payment",
    "webhook": "a call from outside",
}


def condition(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    ids, ports, branches = desk.ids(), dict[str, str](), list[Json]()
    for place, item in enumerate(block.items[:50], 1):
        rules = [rule for rule in _rules(item, desk, notes) if rule]
        if not rules:
            notes.append("A branch without a condition was left out.")
            continue
        joined = "any" if object_of(item.get("content")).get("logicalOperator") == "OR" else "all"
        id_ = ids.made(text_of(item.get("id")), f"branch_{place}")
        ports[text_of(item.get("id"))] = id_
        branches.append({"id": id_, "label": _told(rules), "where": {joined: rules}})
    if not branches:
        return Made(None, note="It had no conditions.", status="approximated")
    return made("condition", {"branches": branches}, notes, ports)


def _rules(item: Json, desk: Desk, notes: list[str]) -> list[Json]:
    found = list[Json]()
    for each in objects_of(object_of(item.get("content")).get("comparisons")):
        variable = desk.variables.of(each.get("variableId"))
        operator = _OPERATORS.get(text_of(each.get("comparisonOperator")))
        if variable is None or operator is None:
            notes.append("A comparison of nothing was left out.")
            continue
        rule: Json = {"variable": variable, "op": operator}
        if operator in ("matches", "not_matches"):
            pattern = _pattern(text_of(each.get("value")), notes)
            rule["value"] = desk.text(pattern, notes, markdown=False)
            if len(pattern) > PATTERN_LIMIT:
                notes.append("A comparison with a very long pattern was left out.")
                continue
        elif operator not in _WITHOUT_VALUE:
            rule["value"] = setting(each.get("value"), desk.variables)
        found.append(rule)
    return found


def _pattern(source: str, notes: list[str]) -> str:
    """``/^a/i`` as it is written here: ``(?i)^a``."""
    if not source.startswith("/") or "/" not in source[1:]:
        return source
    inner, flags = source[1:].rsplit("/", 1)
    if "i" in flags:
        return f"(?i){inner}"
    if flags.strip("gmsuy"):
        notes.append("Signs behind a pattern were left out.")
    return inner


def _told(rules: list[Json]) -> str:
    first = rules[0]
    value = "" if "value" not in first else f" {first['value']}"
    more = " …" if len(rules) > 1 else ""
    return f"{first['variable']} {first['op'].replace('_', ' ')}{value}"[:80] + more


def assign(block: Block, desk: Desk) -> Made:
    variable = desk.variables.of(block.options.get("variableId"))
    if variable is None:
        return Made(None, note="It stored nothing.", status="approximated")
    kind = text_of(block.options.get("type")) or "Custom"
    value: Any = None
    notes = list[str]()
    if kind == "Custom":
        source = block.options.get("expressionToEvaluate")
        code = block.options.get("isCode") is True
        found = worked_out(text_of(source), desk.variables, code=code)
        if found is None:
            return review(f'"{variable}" was worked out by code, which is never run: {BY_HAND}')
        value = found.value
    elif kind == "Append value(s)":
        item = desk.text(text_of(block.options.get("item")), notes, markdown=False)
        return _appended(variable, item, notes)
    elif kind in _NAMED:
        value = f"{{{{ {_NAMED[kind]} }}}}"
        if block.options.get("timeZone"):
            notes.append("The visitor's own time zone counts.")
    elif kind == "Random ID":
        value = "{{ random(100000000, 999999999) }}"
        notes.append("It is a number of nine digits.")
    elif kind != "Empty":
        return review(f'"{variable}" was set to what Typebot calls {kind}: {BY_HAND}')
    return made("set", {"assign": [{"variable": variable, "value": value}]}, notes)


def _appended(variable: str, item: str, notes: list[str]) -> Made:
    inner = item.removeprefix("{{").removesuffix("}}").strip()
    if item != f"{{{{ {inner} }}}}":
        if "{{" in item:
            return review(f'A list was added to "{variable}" in parts: {BY_HAND}')
        inner = as_text(item)
    value = f"{{{{ ({variable} or []) | append({inner}) }}}}"
    return made("set", {"assign": [{"variable": variable, "value": value}]}, notes)


def as_text(text: str) -> str:
    """A text inside an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def wait(block: Block, desk: Desk) -> Made:
    given = block.options.get("secondsToWaitFor")
    seconds = number(given)
    if seconds is not None:
        if seconds <= 0:
            return Made(None, note="It waited for nothing.", status="approximated")
        return made("wait", {"duration": f"PT{max(1, round(seconds))}S"}, [])
    notes = list[str]()
    variable = desk.text(text_of(given), notes, markdown=False).strip()
    inner = variable.removeprefix("{{").removesuffix("}}").strip()
    if variable != f"{{{{ {inner} }}}}":
        return review("How long it waits is not known: choose it in a Wait step.")
    return made("wait", {"until": f"now() + seconds({inner})"}, notes)


def split(block: Block, desk: Desk) -> Made:
    share = number(block.options.get("aPercent"))
    percent = min(max(round(50 if share is None else share), 0), 100)
    ids, ports, variants = desk.ids(), dict[str, str](), list[Json]()
    for item, weight, name in zip(block.items, (percent, 100 - percent), ("a", "b"), strict=False):
        id_ = ids.made(name, name)
        ports[text_of(item.get("id"))] = id_
        variants.append({"id": id_, "label": name.upper(), "weight": weight})
    if len(variants) < 2:
        return Made(None, note="It had one way only.", status="approximated")
    notes = ["A contact goes the same way every time."]
    return made("split", {"variants": variants}, notes, ports)


def jump(block: Block, _desk: Desk) -> Made:
    group = text_of(block.options.get("groupId"))
    if not group or group.startswith("{{"):
        return review("Where it jumps to is not known before: choose a step in a Jump step.")
    return Made("jump", leads_to=(group, text_of(block.options.get("blockId")) or None))


def link(block: Block, _desk: Desk) -> Made:
    """Another bot is another file; a group of this bot is near."""
    group = text_of(block.options.get("groupId"))
    if text_of(block.options.get("typebotId")) == "current" and group:
        return Made(
            "jump", status="approximated", note="It does not come back.", leads_to=(group, None)
        )
    return review("It went on in another bot: import that, too, and add its flow as a Sub-flow.")


def redirect(block: Block, desk: Desk) -> Made:
    url = text_of(block.options.get("url")).strip()
    notes = ["The visitor gets a link and presses it."]
    if not url:
        return Made(None, note="It led nowhere.", status="approximated")
    address = desk.text(url, notes, markdown=False)
    return made("message", {"text": f"[{desk.text(url, notes)}]({address})"}, notes)


def code(_block: Block, _desk: Desk) -> Made:
    return review("It ran code, which is never run here: draw what it did with steps.")


def leave(_block: Block, _desk: Desk) -> Made:
    return made("end", {}, ["It ends here instead of going back."])


def service(block: Block, _desk: Desk, what: str) -> Made:
    return review(f"It used {what}: connect that and add the step anew.")


def model(block: Block, desk: Desk) -> Made:
    """A completion that is stored becomes a text that is rewritten by instructions."""
    action = text_of(block.options.get("action")) or text_of(block.options.get("task"))
    mapped = objects_of(block.options.get("responseMapping"))
    stored = next((v for m in mapped if (v := desk.variables.of(m.get("variableId")))), None)
    messages = objects_of(block.options.get("messages"))
    notes = list[str]()
    said = {
        role: "\n\n".join(
            desk.text(text_of(each.get("content")), notes, markdown=False)
            for each in messages
            if text_of(each.get("role")) == role and text_of(each.get("content"))
        )
        for role in ("system", "user")
    }
    if action not in ("Create chat completion", "Ask Model") or not stored or not said["user"]:
        return review(
            "It asked a language model: add an AI answer, an AI agent or another AI step."
        )
    notes.append("Your own AI settings choose the model.")
    config = {
        "task": "other",
        "text": said["user"],
        "instructions": said["system"] or "Answer this briefly.",
        "variable": stored,
    }
    return made("ai.rewrite", config, notes)


_MODELS = (
    "OpenAI", "openai", "anthropic", "mistral", "groq", "together-ai", "open-router",
    "perplexity", "deepseek",
)  # fmt: skip

MAKERS: dict[str, Maker] = {
    "Condition": condition,
    "Set variable": assign,
    "Wait": wait,
    "AB test": split,
    "Jump": jump,
    "Typebot link": link,
    "Redirect": redirect,
    "Code": code,
    "Return": leave,
    **dict.fromkeys(_MODELS, model),
    **{kind: partial(service, what=what) for kind, what in _SERVICES.items()},
}
