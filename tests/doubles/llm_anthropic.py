"""A provider that speaks Anthropic's messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.doubles.llm import (
    Asked,
    Body,
    Double,
    Fails,
    Hangs,
    Refused,
    Reply,
    Says,
    events,
    keys,
    number,
    words,
)

_PARAMETERS = {
    "model", "messages", "max_tokens", "system", "stop_sequences", "stream", "tools",
    "tool_choice", "metadata", "thinking", "service_tier", "output_config", "cache_control",
    "container", "inference_geo", "speed",
}  # fmt: skip
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Anthropic(Double):
    def __init__(self, key: str = "sk-ant-right") -> None:
        super().__init__()
        self.key = key

    def routes(self) -> Mapping[tuple[str, str], Callable[[Asked], Any]]:
        return {("POST", "/v1/messages"): self._messages, ("GET", "/v1/models"): self._models}

    def refusal(self, status: int, message: str, more: Mapping[str, Any]) -> Body:
        error = {"type": _ERRORS.get(status, "api_error"), "message": message}
        return {"type": "error", "error": error, "request_id": "req_1"}

    def _sign_in(self, asked: Asked) -> None:
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key not in (asked.headers.get("x-api-key"), bearer):
            raise Refused("invalid x-api-key", 401)
        if "anthropic-version" not in asked.headers:
            raise Refused("anthropic-version: header is required")

    def _messages(self, asked: Asked) -> Any:
        self._sign_in(asked)
        _check(asked.body)
        answer = self.next()
        if isinstance(answer, Fails | Hangs):
            return answer
        if asked.body.get("stream"):
            return Reply(events(_events(asked.body, answer)), answer.pause, answer.cut_after)
        blocks = _blocks(answer)
        message = _message(asked.body, blocks, _stop(answer), _usage(answer, answer.given))
        return Reply(message, answer.pause)

    def _models(self, asked: Asked) -> Reply:
        self._sign_in(asked)
        model = {"type": "model", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"}
        data = [model | {"id": name} for name in ("claude-b", "claude-a")]
        return Reply(
            {"data": data, "has_more": False, "first_id": "claude-b", "last_id": "claude-a"}
        )


def _check(body: Any) -> None:
    """Raises `Refused` for what the API refuses."""
    keys(body, _PARAMETERS, ("model", "messages", "max_tokens"), "the body")
    number(body, "max_tokens", 0, 10**6)
    for block in body.get("system", ()) if isinstance(body.get("system"), list) else ():
        _check_text(block)
    for tool in body.get("tools", ()):
        keys(
            tool,
            ("name", "description", "input_schema", "type", "cache_control", "strict"),
            ("name", "input_schema"),
            "a tool",
        )
        if tool["input_schema"].get("type") != "object":
            raise Refused("tools.0.custom.input_schema.type: Input should be 'object'")
    thinking = body.get("thinking", {"type": "disabled"})
    if thinking.get("type") not in ("disabled", "adaptive", "enabled"):
        raise Refused("thinking: Input tag found does not match any of the expected tags")
    if output := body.get("output_config"):
        keys(output, ("effort", "format"), (), "output_config")
        _check_format(output.get("format"))
    _check_messages(body["messages"])


def _check_format(given: Any) -> None:
    if given is None:
        return
    keys(given, ("type", "schema"), ("type", "schema"), "output_config.format")
    schema = given["schema"]
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise Refused("output_config.format.schema: 'additionalProperties' must be false")


def _check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refused("messages: at least one message is required")
    if messages[0].get("role") != "user":
        raise Refused("messages: first message must use the user role")
    called: set[str] = set()
    for message in messages:
        keys(message, ("role", "content"), ("role", "content"), "a message")
        if message["role"] not in ("user", "assistant"):
            raise Refused(f"messages: Unexpected role {message['role']!r}")
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not blocks:
            raise Refused("messages: content must not be empty")
        answered = {b.get("tool_use_id") for b in blocks if b.get("type") == "tool_result"}
        if answered != called:
            raise Refused("`tool_use` and `tool_result` blocks must correspond")
        called = {b["id"] for b in blocks if b.get("type") == "tool_use"}
        for block in blocks:
            if block.get("type") == "text":
                _check_text(block)
    if called:
        raise Refused("`tool_use` ids were found without `tool_result` blocks")


def _check_text(block: Any) -> None:
    keys(block, ("type", "text", "cache_control", "citations"), ("type", "text"), "a block")
    if not block["text"].strip():
        raise Refused("text content blocks must be non-empty")


def _blocks(answer: Says) -> list[Body]:
    text = [{"type": "text", "text": answer.text, "citations": None}] if answer.text else []
    calls = [
        {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": arguments}
        for place, (name, arguments) in enumerate(answer.calls)
    ]
    return text + calls


def _stop(answer: Says) -> str:
    return answer.stop or ("tool_use" if answer.calls else "end_turn")


def _usage(answer: Says, given: int) -> Body:
    """The cached tokens are not among its `input_tokens`."""
    return {
        "input_tokens": answer.taken - answer.cached,
        "cache_read_input_tokens": answer.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": given,
    }


def _message(body: Body, blocks: list[Body], stop: str | None, usage: Body) -> Body:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": blocks,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    }


def _events(body: Body, answer: Says) -> Iterator[tuple[str, Any]]:
    for event in _untold(body, answer):
        yield event["type"], event


def _untold(body: Body, answer: Says) -> Iterator[Body]:
    yield {"type": "message_start", "message": _message(body, [], None, _usage(answer, 1))}
    for index, block in enumerate(_blocks(answer)):
        if block["type"] == "text":
            begun = block | {"text": ""}
            deltas = [{"type": "text_delta", "text": piece} for piece in words(block["text"])]
        else:
            begun = block | {"input": {}}
            given = block["input"]
            text = given if isinstance(given, str) else json.dumps(given)
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in words(text)]
        yield {"type": "content_block_start", "index": index, "content_block": begun}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta = {"stop_reason": _stop(answer), "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": answer.given}}
    yield {"type": "message_stop"}
