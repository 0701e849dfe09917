"""A provider that speaks as GigaChat does: tokens for half an hour, one function at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from tests.doubles.llm import Asked, Body, Fails, Refused, Reply, Says, keys
from tests.doubles.llm_openai import OpenAi

_PARAMETERS = {
    "model", "messages", "function_call", "functions", "temperature", "top_p", "stream",
    "max_tokens", "repetition_penalty", "update_interval",
}  # fmt: skip


class GigaChat(OpenAi):
    """``lasts``: seconds of a token's life."""

    path = "/api/v1"

    def __init__(self, key: str = "a2V5OnNlY3JldA==", lasts: float = 1800) -> None:
        super().__init__()
        self.key, self.lasts = key, lasts
        self.tokens: dict[str, float] = {}
        self.refusals: list[Fails] = []  # of tokens, before any is given

    @property
    def auth_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.path}/oauth"

    def take_back(self) -> None:
        """No token is good any more, whatever was promised."""
        self.tokens = dict.fromkeys(self.tokens, 0.0)

    def talks(self) -> list[Body]:
        return [asked.body for asked in self.asked if isinstance(asked.body, dict)]

    def routes(self) -> Mapping[tuple[str, str], Callable[[Asked], Any]]:
        return {**super().routes(), ("POST", "/oauth"): self._token}

    def refusal(self, status: int, message: str, more: Mapping[str, Any]) -> Body:
        return {"status": status, "message": message}

    def _token(self, asked: Asked) -> Any:
        if self.refusals:
            return self.refusals.pop(0)
        if asked.headers.get("authorization") != f"Basic {self.key}":
            raise Refused("credentials doesn't match db data", 401)
        UUID(asked.headers["rquid"])
        if not parse_qs(asked.body).get("scope", [""])[0].startswith("GIGACHAT_API_"):
            raise Refused("scope is empty", 400)
        token, until = f"token-{len(self.tokens)}", time.time() + self.lasts
        self.tokens[token] = until
        return Reply({"access_token": token, "expires_at": int(until * 1000)})

    def _sign_in(self, asked: Asked) -> None:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or self.tokens.get(token, 0.0) < time.time():
            raise Refused("Token has expired", 401)

    def check(self, body: Any) -> None:
        keys(body, _PARAMETERS, ("model", "messages"), "the body")
        names = {one["name"] for one in body.get("functions", ())}
        for place, message in enumerate(body["messages"]):
            if message.get("role") not in ("system", "user", "assistant", "function"):
                raise Refused("Invalid params: unknown role", 422)
            if message["role"] == "system" and place:
                raise Refused("Invalid params: system message must be the first message", 422)
            if message["role"] == "function" and message.get("name") not in names:
                raise Refused("Invalid params: unknown function", 422)
            if isinstance(call := message.get("function_call"), dict):
                keys(call, ("name", "arguments"), ("name", "arguments"), "function_call")
                if not isinstance(call["arguments"], dict):
                    raise Refused("Invalid params: arguments must be an object", 422)

    def message(self, answer: Says) -> Body:
        message: Body = {"role": "assistant", "content": answer.text}
        if answer.calls:
            name, arguments = answer.calls[0]
            message["function_call"] = {"name": name, "arguments": arguments}
            message["functions_state_id"] = "77d3fb14-457a-46ba-937e-8d856156d003"
        return message

    def finish(self, answer: Says) -> str:
        return answer.stop or ("function_call" if answer.calls else "stop")

    def usage(self, answer: Says) -> Body:
        return {
            "prompt_tokens": answer.taken,
            "completion_tokens": answer.given,
            "total_tokens": answer.taken + answer.given,
            "precached_prompt_tokens": answer.cached,
        }

    def chunks(self, body: Body, answer: Says, wants_usage: bool) -> Iterator[tuple[None, Any]]:
        """Usage comes with the last one, asked for or not."""
        for _, chunk in super().chunks(body, answer, wants_usage=False):
            last = isinstance(chunk, dict) and chunk["choices"][0]["finish_reason"]
            yield None, chunk | {"usage": self.usage(answer)} if last else chunk

    def call_deltas(self, answer: Says) -> Iterator[Body]:
        if answer.calls:
            yield self.message(answer)
