"""The polite words around a request, in our five languages: "Can I go back, please?" is "go back".

Words are compared as `plain` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


def _sorted(*lines: str) -> tuple[str, ...]:
    """The longest first, so that nothing of one is left over by a shorter one."""
    return tuple(sorted((word for line in lines for word in line.split(", ")), key=len)[::-1])


_BEFORE: Final = tuple(
    f"{words} "
    for words in _sorted(
        "please, can you, can you please, could you, could you please, can i, can i please",
        "could i, could i please, may i, i want, i want to, i just want to, i would like",
        "i would like to, i d like, i d like to, i need, i need to, let me, let s, let us, can we",
        "could we, get me, give me, is it possible to, how do i, how can i, i have to",
        "kan jeg, kan jeg få, kunne jeg, kunne jeg få, får jeg, får jeg lov å, jeg vil",
        "jeg vil gjerne, jeg vil ha, jeg ønsker, jeg ønsker å, jeg må, jeg trenger, jeg trenger å",
        "kan du, kan dere, kunne du, kan vi, la meg, la oss, går det an å, er det mulig å",
        "vennligst, vær så snill å, hvordan kan jeg",
        "kan jag, kan jag få, får jag, skulle jag kunna, skulle jag kunna få, jag vill",
        "jag vill gärna, jag vill ha, jag skulle vilja, jag måste, jag behöver, kan ni",
        "skulle du kunna, låt mig, låt oss, går det att, är det möjligt att, snälla, hur kan jag",
        "чи можу я, чи можна, можна, можна мені, можу я, я хочу, хочу, я хотів би, я хотіла б",
        "хотів би, хотіла б, мені треба, мені потрібно, мені потрібна, мені потрібен, дайте мені",
        "будь ласка, можете, ви можете, чи можете ви, давайте, давай, як мені",
        "можно, можно мне, могу ли я, могу я, я хочу, я хотел бы, я хотела бы, хотел бы, хотела бы",
        "мне надо, мне нужно, мне нужен, мне нужна, дайте мне, пожалуйста, вы можете, можете ли вы",
        "как мне",
    )
)
_AFTER: Final = tuple(
    f" {words}"
    for words in _sorted(
        "please, now, right now, thanks, thank you, instead, instead please",
        "takk, er du snill, vær så snill, nå, i stedet, tack, snälla, nu, i stället, istället",
        "будь ласка, прошу, зараз, дякую, пожалуйста, сейчас, спасибо",
    )
)
_FIRST: Final = frozenset(words.split()[0] for words in _BEFORE)
_LAST: Final = frozenset(words.split()[-1] for words in _AFTER)


def without(said: str) -> Iterator[str]:
    """What is asked for; an opening is left away before several words only.

    "I want to cancel" may be what somebody has come for, "I want to go back" hardly.
    """
    core = said
    if said.rpartition(" ")[2] in _LAST:
        core = said.removesuffix(next((words for words in _AFTER if said.endswith(words)), ""))
        if core != said:
            yield core
    if said.partition(" ")[0] in _FIRST:
        asked = core.removeprefix(next((words for words in _BEFORE if core.startswith(words)), ""))
        if asked != core and " " in asked:
            yield asked
