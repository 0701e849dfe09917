"""The wire for an account. The SDKs are loaded when the first one is needed: they are heavy."""

from __future__ import annotations

from connectors.llm.accounts import Account
from connectors.llm.talk import Manners, Wire

_NO_SCHEMA = ("gigachat", "compatible")
_TELLS_USAGE_UNASKED = ("gigachat", "mistral")


def wire(account: Account) -> Wire:
    """Raises `Failed` for an account that can't be used at all."""
    manners = Manners(
        schema=account.kind not in _NO_SCHEMA, usage=account.kind not in _TELLS_USAGE_UNASKED
    )
    if account.kind == "anthropic":
        from connectors.llm.anthropic_wire import AnthropicWire  # noqa: PLC0415

        return AnthropicWire(account, manners)
    from connectors.llm import openai_wire  # noqa: PLC0415

    match account.kind:
        case "azure":
            return openai_wire.AzureWire(account, manners)
        case "yandex":
            return openai_wire.YandexWire(account, manners)
        case "gigachat":
            from connectors.llm.gigachat import GigaChatWire  # noqa: PLC0415

            return GigaChatWire(account, manners)
        case _:
            return openai_wire.OpenAiWire(account, manners)
