"""A plugin (`FLYT_PLUGINS=tests.doubles.texting`) that sends text messages.

They go as letters to `tests.doubles.outside`, which notes every call and its key, twice where it is
asked twice. The service's address is the setting `FLYT_TEST_OUTSIDE`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import httpx

from connectors.channels import Incoming, Outgoing, Refused, TryAgain

KIND = "sms"


def parse(payload: Mapping[str, str]) -> Incoming:
    """What the vendor's webhook says: ``{"from", "id", "text"}``."""
    return Incoming(
        sender=payload["from"],
        message_id=payload["id"],
        text=payload["text"],
        phone=payload["from"],
    )


class Texting:
    async def send(self, settings: Mapping[str, Any], outgoing: Outgoing) -> str | None:
        _, _, seq = outgoing.key.partition(":")
        body = {
            "number": int(seq),
            "to": outgoing.recipient,
            "text": outgoing.message.text,
            "from": settings["number"],
            "by": os.getpid(),
        }
        url = os.environ["FLYT_TEST_OUTSIDE"] + "/letters"
        headers = {"Idempotency-Key": outgoing.key}
        async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
            answer = await client.post(url, json=body, headers=headers)
        if answer.status_code == 503:
            raise TryAgain(reason=answer.text)
        if answer.status_code != 201:
            raise Refused(answer.text)
        return answer.json()["reference"]


def register(abilities: Any) -> None:
    """Called once by each process that sends messages."""
    abilities.channels[KIND] = Texting()
