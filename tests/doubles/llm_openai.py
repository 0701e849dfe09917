"""A provider that speaks OpenAI's chat completions, embeddings and list of models."""

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
    "messages", "model", "temperature", "top_p", "n", "stream", "stream_options", "stop",
    "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty", "logit_bias",
    "user", "tools", "tool_choice", "parallel_tool_calls", "response_format", "seed", "logprobs",
    "top_logprobs", "reasoning_effort", "verbosity", "metadata", "store", "service_tier",
    "modalities", "prediction", "audio", "functions", "function_call", "prompt_cache_key",
    "safety_identifier", "web_search_options",
}  # fmt: skip
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max", None)


class OpenAi(Double):
    path = "/v1"

    def __init__(self, authorization: str | None = "Bearer sk-right", thinks: bool = False) -> None:
        super().__init__()
        self.authorization = authorization
        self.thinks = thinks  # its models take no temperature

    def routes(self) -> Mapping[tuple[str, str], Callable[[Asked], Any]]:
        return {
            ("POST", "/chat/completions"): self._chat,
            ("POST", "/embeddings"): self._embeddings,
            ("GET", "/models"): self._models,
        }

    def refusal(self, status: int, message: str, more: Mapping[str, Any]) -> Body:
        kind = {401: "authentication_error", 429: "rate_limit_error"}.get(
            status, "server_error" if status >= 500 else "invalid_request_error"
        )
        error = {"message": message, "type": kind, "param": None, "code": None} | dict(more)
        return {"error": error}

    def _sign_in(self, asked: Asked) -> None:
        if asked.headers.get("authorization") != self.authorization:
            given = asked.headers.get("authorization", "")
            raise Refused(f"Incorrect API key provided: {given}.", 401, code="invalid_api_key")

    def _chat(self, asked: Asked) -> Any:
        self._sign_in(asked)
        self.check(asked.body)
        answer = self.next()
        if isinstance(answer, Fails | Hangs):
            return answer
        if not asked.body.get("stream"):
            return Reply(self.whole(asked.body, answer), answer.pause)
        wants = (asked.body.get("stream_options") or {}).get("include_usage", False)
        items = self.chunks(asked.body, answer, bool(wants))
        return Reply(events(items), answer.pause, answer.cut_after)

    def check(self, body: Any) -> None:
        """Raises `Refused` for what the API refuses."""
        keys(body, _PARAMETERS, ("messages", "model"), "the body")
        number(body, "temperature", 0, 2)
        number(body, "max_tokens", 1, 10**6)
        number(body, "max_completion_tokens", 1, 10**6)
        if self.thinks and body.get("temperature", 1) != 1:
            raise Refused(
                "Unsupported value: 'temperature' does not support this value with this model.",
                param="temperature",
                code="unsupported_value",
            )
        if "max_tokens" in body and "max_completion_tokens" in body:
            raise Refused("Setting 'max_tokens' and 'max_completion_tokens' is not supported.")
        if body.get("reasoning_effort") not in _EFFORTS:
            raise Refused("Invalid value: 'reasoning_effort'", param="reasoning_effort")
        if body.get("stream_options") is not None and not body.get("stream"):
            raise Refused("'stream_options' is only allowed when 'stream' is enabled.")
        for tool in body.get("tools", ()):
            keys(tool, ("type", "function"), ("type", "function"), "a tool")
            keys(tool["function"], ("name", "description", "parameters", "strict"), ("name",), "it")
        self._check_messages(body["messages"])
        self._check_format(body.get("response_format"))

    def _check_messages(self, messages: Any) -> None:
        if not isinstance(messages, list) or not messages:
            raise Refused("'messages' must be an array with at least one item", param="messages")
        open_calls: set[str] = set()
        for place, message in enumerate(messages):
            role = message.get("role") if isinstance(message, dict) else None
            if role not in ("system", "developer", "user", "assistant", "tool"):
                raise Refused(f"Invalid value: '{role}'", param=f"messages[{place}].role")
            if role == "tool":
                if message.get("tool_call_id") not in open_calls:
                    raise Refused("'tool' must answer a preceding message with 'tool_calls'")
                open_calls.discard(message["tool_call_id"])
            elif open_calls:
                raise Refused("each 'tool_call_id' must be answered by a message of role 'tool'")
            calls = message.get("tool_calls")
            if not isinstance(message.get("content"), str) and not calls:
                raise Refused(f"Invalid type for 'messages[{place}].content'")
            for call in calls or ():
                keys(call, ("id", "type", "function"), ("id", "type", "function"), "a call")
                json.loads(call["function"]["arguments"])
                open_calls.add(call["id"])

    def _check_format(self, given: Any) -> None:
        if given is None or given.get("type") in ("text", "json_object"):
            return
        keys(given, ("type", "json_schema"), ("type", "json_schema"), "response_format")
        named = given["json_schema"]
        keys(named, ("name", "description", "schema", "strict"), ("name",), "json_schema")
        if named.get("strict"):
            _check_strict(named["schema"], ())

    def message(self, answer: Says) -> Body:
        message: Body = {"role": "assistant", "content": answer.text or None, "refusal": None}
        if answer.calls:
            message["tool_calls"] = [
                {
                    "id": f"call_{place}",
                    "type": "function",
                    "function": {"name": name, "arguments": _json(arguments)},
                }
                for place, (name, arguments) in enumerate(answer.calls)
            ]
        return message

    def finish(self, answer: Says) -> str:
        return answer.stop or ("tool_calls" if answer.calls else "stop")

    def usage(self, answer: Says) -> Body:
        return {
            "prompt_tokens": answer.taken,
            "completion_tokens": answer.given,
            "total_tokens": answer.taken + answer.given,
            "prompt_tokens_details": {"cached_tokens": answer.cached, "audio_tokens": 0},
        }

    def whole(self, body: Body, answer: Says) -> Body:
        choice = {"index": 0, "message": self.message(answer), "finish_reason": self.finish(answer)}
        found = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": body["model"],
            "choices": [choice | {"logprobs": None}],
        }
        return found | ({"usage": self.usage(answer)} if answer.usage else {})

    def chunks(self, body: Body, answer: Says, wants_usage: bool) -> Iterator[tuple[None, Any]]:
        head = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_790_000_000,
            "model": body["model"],
        }

        def chunk(delta: Body, finish: str | None = None) -> tuple[None, Any]:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return None, head | {"choices": [choice]}

        yield chunk({"role": "assistant", "content": "", "refusal": None})
        for piece in words(answer.text):
            yield chunk({"content": piece})
        for delta in self.call_deltas(answer):
            yield chunk(delta)
        yield chunk({}, self.finish(answer))
        if wants_usage and answer.usage:
            yield None, head | {"choices": [], "usage": self.usage(answer)}
        yield None, "[DONE]"

    def call_deltas(self, answer: Says) -> Iterator[Body]:
        """Name first, then the arguments in pieces, as they are written."""
        for index, (name, arguments) in enumerate(answer.calls):
            function = {"name": name, "arguments": ""}
            begins = {"id": f"call_{index}", "type": "function", "function": function}
            yield {"tool_calls": [{"index": index} | begins]}
            for piece in words(_json(arguments)):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}

    def _embeddings(self, asked: Asked) -> Any:
        self._sign_in(asked)
        body = asked.body
        allowed = ("input", "model", "encoding_format", "dimensions", "user")
        keys(body, allowed, ("input", "model"), "the body")
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        if not texts or not all(texts) or len(texts) > 2048:
            raise Refused("'$.input' is invalid.", param="input")
        if body.get("encoding_format", "float") != "float":
            raise Refused("this double answers numbers only", param="encoding_format")
        answer = self.next()
        if isinstance(answer, Fails | Hangs):
            return answer
        data = [
            {"object": "embedding", "index": index, "embedding": [float(len(text)), 0.5]}
            for index, text in enumerate(texts)
        ]
        data.reverse()  # the order is told by the index only
        tokens = sum(map(len, texts))
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return Reply({"object": "list", "model": body["model"], "data": data, "usage": usage})

    def _models(self, asked: Asked) -> Reply:
        self._sign_in(asked)
        names = ("zeta-1", "alpha-2")
        data = [
            {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "double"}
            for name in names
        ]
        return Reply({"object": "list", "data": data})


def _json(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _check_strict(schema: Any, path: tuple[str, ...]) -> None:
    """What a promised schema must look like: objects closed, all of their properties required."""
    where = f"In context={path}"
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            raise Refused(f"Invalid schema for response_format: {where}, closed it must be.")
        if set(schema.get("required", ())) != set(schema.get("properties", {})):
            raise Refused(f"Invalid schema for response_format: {where}, 'required' lacks a key.")
    for name, part in schema.get("properties", {}).items():
        _check_strict(part, (*path, "properties", name))
    if "items" in schema:
        _check_strict(schema["items"], (*path, "items"))
