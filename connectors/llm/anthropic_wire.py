"""Claude over the `anthropic` SDK."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anthropic
import httpx2
from anthropic import AsyncAnthropic

from connectors.llm import CallPart, Said, ToolCall
from connectors.llm.accounts import Account
from connectors.llm.clients import client, patience
from connectors.llm.failures import Failed, of_status, shown
from connectors.llm.talk import Answer, Asked, Body, Manners, Part, Seen, Usage, Vectors
from connectors.llm.unreachable import unreachable
from connectors.llm.waits import retry_after

_CUT = ("max_tokens", "model_context_window_exceeded")
_IN_A_STREAM = {"overloaded_error": 529, "rate_limit_error": 429, "authentication_error": 401}


class AnthropicWire:
    """One account; see `connectors.llm.talk.Wire`."""

    only_strict = True

    def __init__(self, account: Account, manners: Manners) -> None:
        self.account, self.manners = account, manners
        self._http = client(account)
        self._sdk = AsyncAnthropic(
            api_key=account.secret.reveal() or "none",
            base_url=account.base_url,
            http_client=self._http,
            max_retries=0,
        )

    def talk(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        return self._streamed(asked, seen) if asked.streamed else self._whole(asked, seen)

    async def embed(self, model: str, texts: Sequence[str], seconds: float) -> Vectors:
        raise Failed("no_such_model", "Anthropic makes no vectors: choose another provider for it")

    async def models(self, seconds: float) -> list[str]:
        with self._failures():
            found = await self._sdk.models.list(limit=100, timeout=patience(seconds))
            return sorted(model.id for model in found.data)

    async def close(self) -> None:
        await self._http.aclose()

    async def _create(self, asked: Asked) -> Any:
        return await self._sdk.messages.create(**_body(asked), timeout=patience(asked.seconds))

    async def _whole(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        with self._failures():
            found = await self._create(asked)
            seen.usage = _usage(found.usage)
            text = "".join(block.text for block in found.content if block.type == "text")
            calls = [
                ToolCall(block.id, block.name, _arguments(block.input))
                for block in found.content
                if block.type == "tool_use"
            ]
            answer = _answer(text, calls, found.stop_reason, seen.usage)
        yield answer

    async def _streamed(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        so_far = _Stream(seen)
        with self._failures():
            stream = await self._create(asked)
            try:
                async for event in stream:
                    if part := so_far.take(event):
                        yield part
            finally:
                await stream.close()
            if not so_far.whole:
                raise Failed("cut", "the answer ended in the middle")
            answer = _answer("".join(seen.text), so_far.calls(), so_far.stop, seen.usage)
        yield answer

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Has whatever the SDK raises become a `Failed`, without the key in its words."""
        try:
            yield
        except Failed:
            raise
        except anthropic.APITimeoutError:
            raise Failed("timeout", "the provider did not answer in time") from None
        except anthropic.APIStatusError as error:
            raise self._refused(error) from None
        except anthropic.APIResponseValidationError:
            raise Failed("malformed", _MALFORMED) from None
        except anthropic.APIConnectionError as error:
            raise unreachable(error.__cause__ or error) from None
        except httpx2.HTTPError as error:
            raise unreachable(error) from None
        except (anthropic.AnthropicError, ValueError, TypeError, AttributeError, LookupError):
            raise Failed("malformed", _MALFORMED) from None

    def _refused(self, error: anthropic.APIStatusError) -> Failed:
        """Also what is told in the middle of a stream, whose status was 200."""
        told = _told(error.body)
        kind = str(told.get("type", ""))
        status = error.status_code if error.status_code >= 300 else _IN_A_STREAM.get(kind, 500)
        words = shown(str(told.get("message", "")), self.account.secret.reveal())
        wait = retry_after(error.response.headers)
        return of_status(status, words, code=kind, wait=wait)


@dataclass
class _Stream:
    """What a stream has told so far."""

    seen: Seen
    stop: str | None = None
    whole: bool = False
    _begun: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    _arguments: dict[int, str] = field(default_factory=dict[int, str])

    def take(self, event: Any) -> Part:
        """Notes one event; answers the part it brings, perhaps no text."""
        match event.type:
            case "message_start":
                self.seen.usage = _usage(event.message.usage)
            case "content_block_start" if event.content_block.type == "tool_use":
                self._begun[event.index] = event.content_block.id, event.content_block.name
            case "content_block_delta" if event.delta.type == "text_delta":
                self.seen.text.append(event.delta.text)
                return event.delta.text
            case "content_block_delta" if event.delta.type == "input_json_delta":
                so_far = self._arguments.get(event.index, "")
                self._arguments[event.index] = so_far + event.delta.partial_json
                _, name = self._begun.get(event.index, ("", ""))
                return CallPart(event.index, name, event.delta.partial_json)
            case "message_delta":
                self.stop = event.delta.stop_reason
                self.seen.usage = _updated(self.seen.usage, event.usage)
            case "message_stop":
                self.whole = True
            case _:
                pass
        return ""

    def calls(self) -> list[ToolCall]:
        return [
            ToolCall(identifier, name, _arguments(self._arguments.get(place) or "{}"))
            for place, (identifier, name) in sorted(self._begun.items())
        ]


_MALFORMED = "the provider's answer can't be read"


def _body(asked: Asked) -> Body:
    """No temperature: the API knows none any more. Visitors wait, so it thinks aloud only."""
    request = asked.request
    body: Body = {
        "model": asked.model,
        "max_tokens": request.longest,
        "messages": _messages(request.said),
    }
    if system := "\n\n".join(said.text for said in request.said if said.role == "system"):
        # What stays the same from call to call is remembered there, and cheaper the next time.
        marked = {"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}
        body["system"] = [marked]
    if asked.manners.effort:
        body["thinking"] = {"type": "disabled"}
    if request.tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
            for tool in request.tools
        ]
    if request.schema is not None and asked.manners.schema:
        body["output_config"] = {"format": {"type": "json_schema", "schema": request.schema}}
    if asked.streamed:
        body["stream"] = True
    return body


def _messages(said: Sequence[Said]) -> list[Body]:
    """In turns of one speaker each, the visitor first; results of tools are the visitor's."""
    turns: list[Body] = []
    for each in said:
        if each.role == "system":
            continue
        role = "assistant" if each.role == "assistant" else "user"
        if not turns and role == "assistant":
            turns.append({"role": "user", "content": [_text("(The conversation begins.)")]})
        if blocks := _blocks(each):
            if turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            else:
                turns.append({"role": role, "content": blocks})
    return turns or [{"role": "user", "content": [_text("(The conversation begins.)")]}]


def _blocks(said: Said) -> list[Body]:
    if said.role == "tool":
        result = {"type": "tool_result", "tool_use_id": said.tool or "", "content": said.text}
        return [result]
    blocks = [_text(said.text)] if said.text.strip() else []
    return blocks + [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}
        for call in said.calls
    ]


def _text(text: str) -> Body:
    return {"type": "text", "text": text}


def _answer(text: str, calls: Sequence[ToolCall], stop: str | None, usage: Usage | None) -> Answer:
    if stop == "refusal":
        raise Failed("filtered", "the provider's own rules forbid an answer")
    return Answer(text, tuple(calls), usage, cut=stop in _CUT)


def _arguments(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, dict):
        raise Failed("malformed", "the model asked for a tool in words that can't be read")
    return given


def _usage(told: Any) -> Usage:
    """Its `input_tokens` are only those that were neither read from its cache nor put there."""
    cached = told.cache_read_input_tokens or 0
    taken = (told.input_tokens or 0) + cached + (told.cache_creation_input_tokens or 0)
    return Usage(taken, cached, told.output_tokens or 0)


def _updated(usage: Usage | None, told: Any) -> Usage:
    """What the end of a stream tells; counts that are left out stay as they were."""
    before = usage or Usage()
    if told.input_tokens is None:
        return Usage(before.taken, before.cached, told.output_tokens or before.given)
    return _usage(told)


def _told(body: Any) -> dict[str, Any]:
    error = body.get("error", body) if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
