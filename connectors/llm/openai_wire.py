"""Chat and vectors over the `openai` SDK: OpenAI itself, and all who speak as it does."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import openai
from openai import AsyncAzureOpenAI, AsyncOpenAI

from connectors.llm import CallPart, Said, Tool, ToolCall
from connectors.llm.accounts import Account
from connectors.llm.clients import client, patience
from connectors.llm.failures import Failed, of_status, shown
from connectors.llm.structured import strict
from connectors.llm.talk import Answer, Asked, Body, Manners, Part, Seen, Usage, Vectors
from connectors.llm.unreachable import unreachable
from connectors.llm.waits import retry_after

_EFFORTS = (("gpt-6", "none"), ("gpt-5.", "none"), ("gpt-5", "minimal"), ("o", "low"))
_UNHEATED = ("o1", "o3", "o4", "gpt-5-", "gpt-5:")  # models that take no temperature


Headers = Mapping[str, str | openai.Omit]


class Tooled(NamedTuple):
    """A call of a tool, as its pieces arrive."""

    id: str
    name: str
    arguments: str


class OpenAiWire:
    """One account; see `connectors.llm.talk.Wire`. Others' dialects override what differs."""

    only_strict = False

    def __init__(self, account: Account, manners: Manners) -> None:
        self.account, self.manners = account, manners
        self._http = client(account)
        self._sdk = self._client()

    def talk(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        return self._streamed(asked, seen) if asked.streamed else self._whole(asked, seen)

    async def embed(self, model: str, texts: Sequence[str], seconds: float) -> Vectors:
        with self._failures():
            found = await self._sdk.embeddings.create(
                model=self._model(model, "emb"),
                input=list(texts),
                encoding_format="float",
                extra_headers=await self._headers(),
                timeout=patience(seconds),
            )
            rows = sorted(found.data, key=lambda row: row.index)
            vectors = [[float(number) for number in row.embedding] for row in rows]
        if len(vectors) != len(texts) or not all(vectors):
            raise Failed("malformed", "the provider answered with other vectors than asked for")
        return Vectors(vectors, _usage(getattr(found, "usage", None)))

    async def models(self, seconds: float) -> list[str]:
        with self._failures():
            headers = await self._headers()
            found = await self._sdk.models.list(extra_headers=headers, timeout=patience(seconds))
            return sorted({str(model.id).removeprefix("models/") for model in found.data})

    async def close(self) -> None:
        await self._http.aclose()

    def _client(self) -> AsyncOpenAI:
        """What it authenticates with goes with each call, see `_headers`."""
        return AsyncOpenAI(
            api_key="unused",
            base_url=self.account.base_url,
            http_client=self._http,
            max_retries=0,
        )

    async def _headers(self) -> Headers:
        secret = self.account.secret.reveal()
        return self._signed(f"Bearer {secret}" if secret else None)

    def _signed(self, authorization: str | None, **more: str) -> Headers:
        """What a call says of who sends it, and nothing that the SDK finds elsewhere."""
        headers: dict[str, str | openai.Omit] = {
            "Authorization": authorization or openai.Omit(),
            "OpenAI-Organization": openai.Omit(),
            "OpenAI-Project": openai.Omit(),
        }
        return headers | more

    def _secrets(self) -> tuple[str, ...]:
        return (self.account.secret.reveal(),)

    def _model(self, name: str, scheme: str) -> str:
        return name

    def _body(self, asked: Asked) -> Body:
        request, manners = asked.request, asked.manners
        own = self.account.kind in ("openai", "azure")
        body: Body = {
            "model": self._model(asked.model, "gpt"),
            "messages": self._messages(request.said),
            "max_completion_tokens" if own else "max_tokens": request.longest,
        }
        if manners.temperature and not (own and asked.model.startswith(_UNHEATED)):
            body["temperature"] = request.temperature
        if own and manners.effort and (effort := _effort(asked.model)):
            body["reasoning_effort"] = effort
        if request.tools:
            body |= self._tools(request.tools)
        if request.schema is not None and manners.schema:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "schema": request.schema,
                    "strict": strict(request.schema),
                },
            }
        if asked.streamed:
            body["stream"] = True
            if manners.usage:
                body["stream_options"] = {"include_usage": True}
        return body

    def _messages(self, said: Sequence[Said]) -> list[Body]:
        return [_message(each) for each in said]

    def _tools(self, tools: Sequence[Tool]) -> Body:
        return {
            "tools": [
                {
                    "type": "function",
                    "function": {
                        "name": tool.name,
                        "description": tool.description,
                        "parameters": tool.parameters,
                    },
                }
                for tool in tools
            ]
        }

    async def _create(self, asked: Asked) -> Any:
        return await self._sdk.chat.completions.create(
            **self._body(asked),
            extra_headers=await self._headers(),
            timeout=patience(asked.seconds),
        )

    async def _whole(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        with self._failures():
            found = await self._create(asked)
            seen.usage = _usage(getattr(found, "usage", None))
            choice = found.choices[0]
            message = choice.message
            answer = _answer(
                message.content or "",
                self._parts(message),
                choice.finish_reason,
                getattr(message, "refusal", None),
                seen.usage,
            )
        yield answer

    async def _streamed(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        parts: dict[int, Tooled] = {}
        finish, refusal = None, ""
        with self._failures():
            stream = await self._create(asked)
            try:
                async for chunk in stream:
                    seen.usage = _usage(getattr(chunk, "usage", None)) or seen.usage
                    for choice in (chunk.choices or ())[:1]:
                        before = dict(parts)
                        self._gather(choice.delta, parts)
                        for part in _written(before, parts):
                            yield part
                        refusal += getattr(choice.delta, "refusal", None) or ""
                        finish = choice.finish_reason or finish
                        if text := choice.delta.content:
                            seen.text.append(text)
                            yield text
            finally:
                await stream.close()
            if finish is None:
                raise Failed("cut", "the answer ended in the middle")
            calls = [parts[index] for index in sorted(parts)]
            answer = _answer("".join(seen.text), calls, finish, refusal, seen.usage)
        yield answer

    def _parts(self, message: Any) -> list[Tooled]:
        return [
            Tooled(call.id or "", call.function.name, call.function.arguments or "")
            for call in getattr(message, "tool_calls", None) or ()
        ]

    def _gather(self, delta: Any, parts: dict[int, Tooled]) -> None:
        for call in getattr(delta, "tool_calls", None) or ():
            place = call.index if isinstance(call.index, int) else len(parts)
            so_far = parts.get(place, Tooled("", "", ""))
            function = call.function
            parts[place] = Tooled(
                so_far.id or call.id or "",
                so_far.name + ((function and function.name) or ""),
                so_far.arguments + ((function and function.arguments) or ""),
            )

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Has whatever the SDK raises become a `Failed`, without a key in its words."""
        try:
            yield
        except Failed:
            raise
        except openai.APITimeoutError:
            raise Failed("timeout", "the provider did not answer in time") from None
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except openai.APIResponseValidationError:
            raise Failed("malformed", _MALFORMED) from None
        except openai.APIConnectionError as error:
            raise unreachable(error.__cause__ or error) from None
        except openai.APIError as error:  # told in the middle of a stream
            raise self._told(error) from None
        except httpx2.HTTPError as error:
            raise unreachable(error) from None
        except (ValueError, TypeError, AttributeError, LookupError):
            raise Failed("malformed", _MALFORMED) from None

    def _refused(self, error: openai.APIStatusError) -> Failed:
        return of_status(
            error.status_code,
            shown(_words(error), *self._secrets()),
            code=error.code or error.type or "",
            wait=retry_after(error.response.headers),
            parameter=error.param or "",
        )

    def _told(self, error: openai.APIError) -> Failed:
        status = 429 if "rate_limit" in f"{error.code} {error.type}" else 500
        return of_status(status, shown(error.message, *self._secrets()), code=error.code or "")


class AzureWire(OpenAiWire):
    """Its key has a header of its own; old resources want a version with each call."""

    def _client(self) -> AsyncOpenAI:
        version = self.account.settings.get("api_version")
        if not version:
            return super()._client()
        return AsyncAzureOpenAI(
            api_key="unused",
            azure_endpoint=self.account.base_url.removesuffix("/openai/v1"),
            api_version=version,
            http_client=self._http,
            max_retries=0,
        )

    async def _headers(self) -> Headers:
        return self._signed(None, **{"api-key": self.account.secret.reveal()})


class YandexWire(OpenAiWire):
    """Models have URIs with the folder in them, and vectors are made one text at a time."""

    async def _headers(self) -> Headers:
        secret = self.account.secret.reveal()
        scheme = "Bearer" if secret.startswith("t1.") else "Api-Key"
        folder = self.account.settings.get("folder", "")
        return self._signed(f"{scheme} {secret}", **{"x-folder-id": folder})

    def _model(self, name: str, scheme: str) -> str:
        if "://" in name:
            return name
        version = "" if "/" in name else "/latest"
        return f"{scheme}://{self.account.settings.get('folder', '')}/{name}{version}"

    async def embed(self, model: str, texts: Sequence[str], seconds: float) -> Vectors:
        found = [await super(YandexWire, self).embed(model, [text], seconds) for text in texts]
        taken = sum(each.usage.taken for each in found if each.usage)
        return Vectors([each.vectors[0] for each in found], Usage(taken) if taken else None)


_MALFORMED = "the provider's answer can't be read"


def _effort(model: str) -> str | None:
    """Visitors wait: a model that may think first is asked not to, or only a little."""
    if "chat" in model or (model.startswith("o") and not model[1:2].isdigit()):
        return None
    return next((effort for name, effort in _EFFORTS if model.startswith(name)), None)


def _message(said: Said) -> Body:
    if said.role == "tool":
        return {"role": "tool", "content": said.text, "tool_call_id": said.tool or ""}
    message: Body = {"role": said.role, "content": said.text}
    if said.calls:
        message["content"] = said.text or None
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in said.calls
        ]
    return message


def _answer(
    text: str, parts: Sequence[Tooled], finish: str | None, refusal: str | None, usage: Usage | None
) -> Answer:
    """Raises `Failed` where the provider keeps the answer back, or a call is no JSON."""
    if finish == "content_filter" or (refusal and not text):
        raise Failed("filtered", "the provider's own rules forbid an answer")
    return Answer(text, tuple(map(_call, parts)), usage, cut=finish == "length")


def _call(part: Tooled) -> ToolCall:
    try:
        arguments: Any = json.loads(part.arguments or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict) or not part.name:
        raise Failed("malformed", "the model asked for a tool in words that can't be read")
    return ToolCall(part.id or f"call_{uuid4().hex[:12]}", part.name, arguments)


def _written(before: Mapping[int, Tooled], parts: Mapping[int, Tooled]) -> Iterator[CallPart]:
    """What has been added."""
    for place, part in parts.items():
        so_far = len(before[place].arguments) if place in before else 0
        if text := part.arguments[so_far:]:
            yield CallPart(place, part.name, text)


def _usage(told: Any) -> Usage | None:
    """Cached tokens have two names: most say `prompt_tokens_details`, GigaChat says another."""
    taken = getattr(told, "prompt_tokens", None)
    if not isinstance(taken, int):
        return None
    details = getattr(told, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None) or getattr(told, "precached_prompt_tokens", 0)
    return Usage(taken, min(taken, cached or 0), getattr(told, "completion_tokens", 0) or 0)


def _words(error: openai.APIStatusError) -> str:
    """The provider's sentence, wherever it puts it."""
    body: Any = error.body
    if isinstance(body, list) and body:  # as Gemini does
        body = body[0]
    if isinstance(body, dict):
        inner = body.get("error", body)
        told = inner.get("message") if isinstance(inner, dict) else inner
        return str(told or body.get("detail") or body.get("message") or "")
    return ""
