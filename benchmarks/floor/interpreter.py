"""The smallest interpreter that can hold the benchmark's talk: plain dictionaries, no trace."""

from __future__ import annotations

import re
from typing import Any

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


class Flow:
    """The main flow of a bot document, indexed for reading."""

    def __init__(self, document: dict[str, Any]) -> None:
        flow = next(flow for flow in document["flows"] if flow["id"] == document["main"])
        self.start = flow["start"]
        self.nodes = {node["id"]: node for node in flow["nodes"]}
        self.targets = {(edge["source"], edge["port"]): edge["target"] for edge in flow["edges"]}


def advance(flow: Flow, state: dict[str, Any], heard: str | None) -> tuple[list[str], bool]:
    """Changes ``state`` by what was heard; answers what the bot says and whether it has ended."""
    if heard is None:
        state.update(node=flow.start, vars={})
    else:
        retry = _take(flow.nodes[state["node"]], state["vars"], heard)
        if retry:
            return [retry], False
        state["node"] = flow.targets[state["node"], "next"]
    return _walk(flow, state)


def _walk(flow: Flow, state: dict[str, Any]) -> tuple[list[str], bool]:
    said: list[str] = []
    while True:
        node = flow.nodes[state["node"]]
        config, port = node["config"], "next"
        match node["type"]:
            case "end":
                return said, True
            case "message":
                said.append(_fill(config["text"], state["vars"]))
            case "set":
                state["vars"].update((a["variable"], a["value"]) for a in config["assign"])
            case "condition":
                port = _branch(config["branches"], state["vars"])
            case _:
                said.append(_fill(config["text"], state["vars"]))
                return said, False
        state["node"] = flow.targets[state["node"], port]


def _take(node: dict[str, Any], variables: dict[str, Any], heard: str) -> str | None:
    """Stores a valid answer; else answers the text that asks again."""
    config, answer = node["config"], heard
    match node["type"]:
        case "ask.email" if not EMAIL.fullmatch(heard):
            return config["retry_texts"][0]
        case "ask.choice":
            chosen = [option["value"] for option in config["options"] if option["id"] == heard]
            if not chosen:
                return config["text"]
            answer = chosen[0]
        case "ask.confirm":
            answer = heard == "yes"
    variables[config["variable"]] = answer
    return None


def _branch(branches: list[dict[str, Any]], variables: dict[str, Any]) -> str:
    for branch in branches:
        if all(variables.get(r["variable"]) == r["value"] for r in branch["where"]["all"]):
            return branch["id"]
    return "else"


def _fill(text: str, variables: dict[str, Any]) -> str:
    return PLACEHOLDER.sub(lambda match: str(variables.get(match[1], "")), text)
