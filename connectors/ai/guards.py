"""What is kept from a model, and what of its answers is kept from visitors. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec

from runtime.core.readers import emails

LONGEST = 4_000  # characters of a visitor's message that a model gets to see

# --- Personal data ----------------------------------------------------------------------------

_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PERSON = re.compile(r"(?<!\d)(\d{6}) ?(\d{5})(?!\d)|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)\d(?:[ ()-]{0,2}\d){6,13}(?!\d)")


class Masked(msgspec.Struct, frozen=True):
    """A text with signs such as ``[card 1]`` in place of what nobody else should see."""

    text: str
    hidden: dict[str, str] = {}

    def restored(self, text: str) -> str:
        """A text that was made of this one, with what was hidden in it."""
        for sign, was in self.hidden.items():
            text = text.replace(sign, was)
        return text


def masked(text: str, *, contacts: bool = True, known: Mapping[str, str] | None = None) -> Masked:
    """Without the numbers of cards, accounts and persons; and addresses, if ``contacts``.

    ``known`` are signs of other texts, which stand for the same in this one.
    """
    hidden = dict(known or {})

    def hide(kind: str, was: str) -> str:
        known = next((sign for sign, other in hidden.items() if other == was), None)
        sign = known or f"[{kind} {1 + sum(one.startswith(f'[{kind} ') for one in hidden)}]"
        hidden[sign] = was
        return sign

    text = _CARD.sub(lambda m: hide("card", m[0]) if _is_card(m[0]) else m[0], text)
    text = _ACCOUNT.sub(lambda m: hide("account", m[0]) if _is_account(m[0]) else m[0], text)
    text = _PERSON.sub(lambda m: hide("person", m[0]) if _is_person(m[0]) else m[0], text)
    if contacts:
        for found in reversed(emails.addresses_in(text)):
            if found.value:
                sign = hide("e-mail", text[found.start : found.end])
                text = f"{text[: found.start]}{sign}{text[found.end :]}"
        text = _PHONE.sub(lambda m: hide("phone", m[0]), text)
    return Masked(text, hidden)


def _is_card(written: str) -> bool:
    """By the sum that ends every card's number (Luhn)."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_account(written: str) -> bool:
    """By the two digits that check an IBAN."""
    plain = written.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _is_person(written: str) -> bool:
    """An American number, or a Nordic one of eleven digits whose last two check the others."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    if len(digits) != 11:
        return True
    first = sum(a * b for a, b in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits, strict=False))
    second = sum(a * b for a, b in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=False))
    return first % 11 == 0 and second % 11 == 0


# --- Orders in what is only data --------------------------------------------------------------

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]"
)
_ORDERS: Final = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}
        \b(?:instructions?|prompts?|rules|guidelines|directives?)\b
    | \b(?:reveal|print|show|repeat|output|tell\s+me)\b[^.!?\n]{0,30}
        \b(?:system\s+prompt|your\s+(?:system\s+)?(?:prompt|instructions|rules))\b
    | \b(?:you\s+are\s+now|act\s+as|from\s+now\s+on,?\s+you\s+(?:are|will|must))\b[^.!?\n]{0,30}
        \b(?:assistant|ai|model|chat\s?bot|bot|dan|unrestricted|unfiltered|character)\b
    | \bpretend\s+(?:to\s+be|you\s+are|that\s+you)\b
    | \b(?:developer|god|dan|jailbreak)\s+mode\b | \bjailbreak\b | \bsystem\s+prompt\b
    | \b(?:new|updated)\s+(?:system\s+)?instructions?\s*:
    | <\|?/?(?:im_start|im_end|system|assistant|endoftext)\b | \[/?INST\]
    | ^\s*\#{2,}\s*(?:system|assistant)\s*:?\s*$
    | \b(?:ignorer|glem|overse|ignorera|glöm|bortse\s+från)\b[^.!?\n]{0,40}
        \b(?:instruks\w*|regl\w*|instruktion\w*|prompt\w*)
    | \b(?:du\s+er\s+nå\s+en|du\s+är\s+nu\s+en|lat\s+som\s+om|låtsas\s+att)\b
    | \b(?:(?:про)?ігноруй|(?:про)?игнорируй|забудь)\w*\b[^.!?\n]{0,40}
        \b(?:інструкц\w*|правил\w*|вказівк\w*|инструкц\w*|указани\w*|промпт\w*)
    | \b(?:тепер\s+ти|теперь\s+ты|системний\s+промпт|системный\s+промпт)\b
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def visible(text: str) -> str:
    """Without signs that nobody sees, in which orders can be hidden."""
    return _INVISIBLE.sub("", text)


def gives_orders(text: str) -> bool:
    """Whether a text tries to tell the model what to do."""
    return bool(_ORDERS.search(unicodedata.normalize("NFKC", visible(text))))


def without_orders(text: str) -> str:
    """A passage without the sentences that try to tell the model what to do."""
    seen = visible(text)
    if not gives_orders(seen):
        return seen
    parts: list[str] = []
    begin = 0
    for cut in (*(m.span() for m in _SENTENCE_END.finditer(seen)), (len(seen), len(seen))):
        if not gives_orders(seen[begin : cut[0]]):
            parts.append(seen[begin : cut[1]])
        begin = cut[1]
    kept = "".join(parts).strip()
    return "" if gives_orders(kept) else kept


def as_data(text: str) -> str:
    """A text that cannot end the tag it stands in."""
    return visible(text).replace("<", "‹").replace(">", "›")


# --- Out --------------------------------------------------------------------------------------

_PROMISE: Final = re.compile(
    r"\b(?:(?:we|i)\s+(?:guarantee|promise|assure)|guaranteed|vi\s+(?:garanterer|lover)|garantert"
    r"|vi\s+(?:garanterar|lovar)|garanterat|гаранту(?:ємо|ю)|обіця(?:ємо|ю)|гарантовано"
    r"|гарантиру(?:ем|ю)|обеща(?:ем|ю)|гарантированно)\b",
    re.IGNORECASE,
)
_TOLD_WORDS = 9  # in a row: nobody writes as many words of a prompt by chance


def promises(text: str) -> bool:
    return bool(_PROMISE.search(text))


def tells(text: str, secret: str) -> bool:
    """Whether a text repeats a part of what only the model was told."""
    said, known = (re.findall(r"\w+", one.casefold()) for one in (text, secret))
    whole = f" {' '.join(known)} "
    runs = (said[n : n + _TOLD_WORDS] for n in range(len(said) - _TOLD_WORDS + 1))
    return any(f" {' '.join(run)} " in whole for run in runs)
