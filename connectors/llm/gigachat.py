"""GigaChat: a key that buys tokens for half an hour, and tools in a dialect of its own."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import uuid4

import httpx2

from connectors.llm import Said, Tool
from connectors.llm.accounts import Account
from connectors.llm.clients import patience
from connectors.llm.failures import Failed, of_status, shown
from connectors.llm.openai_wire import Headers, OpenAiWire, Tooled
from connectors.llm.talk import Body, Manners
from connectors.llm.unreachable import unreachable

TOKENS_FROM = "https://ngw.devices.sberbank.ru:9443/api/v2/oauth"
_EARLY = 60.0  # seconds before its end that a token is renewed
_ASKING = 10.0  # seconds a token may take


class Tokens(httpx2.Auth):
    """Signs every call with a token, and renews one that has run out, even in mid-conversation."""

    def __init__(self, account: Account, http: httpx2.AsyncClient) -> None:
        self._account, self._http = account, http
        self._token, self._until = "", 0.0
        self._renewing = asyncio.Lock()

    @property
    def token(self) -> str:
        """The one in use; kept out of what people read."""
        return self._token

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        token = await self._valid()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:  # ended early, or taken back
            if self._token == token:
                self._until = 0.0
            request.headers["Authorization"] = f"Bearer {await self._valid()}"
            yield request

    async def _valid(self) -> str:
        async with self._renewing:
            if time.time() >= self._until - _EARLY:
                self._token, self._until = await self._bought()
            return self._token

    async def _bought(self) -> tuple[str, float]:
        """A new token, and when it ends. Raises `Failed`."""
        settings = self._account.settings
        try:
            response = await self._http.post(
                settings.get("auth_url", TOKENS_FROM),
                headers={
                    "Authorization": f"Basic {_basic(self._account.secret.reveal())}",
                    "RqUID": str(uuid4()),
                    "Accept": "application/json",
                },
                data={"scope": settings.get("scope", "GIGACHAT_API_PERS")},
                timeout=patience(_ASKING),
                auth=_nobody,
            )
        except httpx2.HTTPError as error:
            raise unreachable(error) from None
        if response.status_code != 200:
            words = shown(response.text[:300], self._account.secret.reveal())
            raise of_status(response.status_code, words)
        try:
            told: Any = response.json()
            return str(told["access_token"]), float(told["expires_at"]) / 1000
        except (ValueError, TypeError, LookupError):
            raise Failed("malformed", "the provider's token can't be read") from None


def _nobody(request: httpx2.Request) -> httpx2.Request:
    """Adds nothing: the call for a token carries the key itself."""
    return request


def _basic(key: str) -> str:
    """The key as it is shown, or made of an id and a secret with a colon between."""
    return base64.b64encode(key.encode()).decode() if ":" in key else key


class GigaChatWire(OpenAiWire):
    def __init__(self, account: Account, manners: Manners) -> None:
        super().__init__(account, manners)
        self._tokens = self._http.auth = Tokens(account, self._http)

    async def _headers(self) -> Headers:
        return self._signed(None)  # `Tokens` does it

    def _secrets(self) -> tuple[str, ...]:
        key = self.account.secret.reveal()
        return (key, _basic(key), self._tokens.token)

    def _tools(self, tools: Sequence[Tool]) -> Body:
        functions = [
            {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
            for tool in tools
        ]
        return {"function_call": "auto", "functions": functions}

    def _messages(self, said: Sequence[Said]) -> list[Body]:
        """A result names its tool, not the call; a call's id carries the provider's own state."""
        names = {call.id: call.name for each in said for call in each.calls}
        return [_message(each, names) for each in said]

    def _parts(self, message: Any) -> list[Tooled]:
        return [_part(call, message)] if (call := getattr(message, "function_call", None)) else []

    def _gather(self, delta: Any, parts: dict[int, Tooled]) -> None:
        if call := getattr(delta, "function_call", None):
            parts[0] = _part(call, delta)


def _message(said: Said, names: dict[str, str]) -> Body:
    if said.role == "tool":
        name = names.get(said.tool or "", "")
        return {"role": "function", "name": name, "content": _json(said.text)}
    message: Body = {"role": said.role, "content": said.text}
    if said.calls:
        call = said.calls[0]
        message["function_call"] = {"name": call.name, "arguments": call.arguments}
        message["functions_state_id"] = call.id
    return message


def _json(text: str) -> str:
    """A result must be JSON; words of their own become a string of it."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps({"result": text}, ensure_ascii=False)
    return text


def _part(call: Any, around: Any) -> Tooled:
    arguments = call.arguments
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return Tooled(getattr(around, "functions_state_id", None) or "", call.name or "", text)
