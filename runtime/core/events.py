"""Events as they are stored until their turn."""

from __future__ import annotations

import msgspec

from runtime.core.contract import AnyEvent
from runtime.core.formats import Chain, format_of

FORMATS = Chain("event")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyEvent).decode


def dump(event: AnyEvent) -> bytes:
    data = _encode(event)
    return data if FORMATS.current == 1 else b'{"format":%d,%b' % (FORMATS.current, data[1:])


def load(data: bytes | str | msgspec.Raw) -> AnyEvent:
    """A stored event in today's form. Raises `msgspec.MsgspecError`."""
    stored = format_of(data)
    if stored == FORMATS.current:
        return _decode(data)
    return msgspec.convert(FORMATS.lift(msgspec.json.decode(data), stored), AnyEvent)
