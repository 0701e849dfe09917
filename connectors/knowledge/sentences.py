"""Where sentences end, in English, Norwegian, Swedish, Russian and Ukrainian."""

from __future__ import annotations

import re

# Words whose full stop ends nothing, whatever follows: titles, places, "for example".
_LASTING = (
    "mr mrs ms dr prof st messrs rev hon vs e.g i.e cf viz dept "
    "bl.a f.eks dvs jf mht ift iht ifm hhv fr frk s.k gt gml adm avd "
    "t.ex d.v.s s.k jfr resp fr.o.m t.o.m fn st.f m.a.o ang "
    "г гор ул д кв им т.е т.к т.н напр ср пр просп пл пер обл корп проф акад о.о св тел "
    "вул буд м обл див т.з т.зв ім просп пров о c.f tlf"
)
_GOES_ON = frozenset(_LASTING.split())
# Words whose full stop ends nothing before a number.
_NUMBERED = (
    "no nos nr fig figs vol art sec ch p pp approx est ext jan feb mar apr jun jul aug sep sept "
    "oct nov dec kl ca kr pkt kap maks max min side s paragraf § avs enl "
    "рис табл ст п пп стр см гл ч с тыс млн млрд руб коп розд мал грн тис ок близько"
)
_BEFORE_NUMBER = frozenset(_NUMBERED.split())
_YEARS = frozenset(("г", "гг", "р", "рр"))  # after a number they are "year", which may end
_MAY_END = frozenset(("a.m", "p.m", "т.д", "т.п", "т.ін", "o.l", "m.m", "m.v", "o.s.v", "о.д"))

_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s)")
_WORD = re.compile(r"[\w.§]*[\w§]$")
_OPENS = re.compile(r"\s+[\"'«„“‘(\[–—-]*\s*(?P<first>\S)")


def sentences(text: str) -> list[str]:
    """The sentences, stripped, in order. The end of a line is an end too."""
    return [found for line in text.split("\n") for found in _of_line(line.strip()) if found]


def _of_line(line: str) -> list[str]:
    found: list[str] = []
    begin = 0
    for end in _END.finditer(line):
        if _ends(line, begin, end):
            found.append(line[begin : end.end()].strip())
            begin = end.end()
    return [*found, line[begin:].strip()]


def _ends(line: str, begin: int, end: re.Match[str]) -> bool:
    after = _OPENS.match(line, end.end())
    if after is None or after["first"].islower():
        return False
    if end[0] != ".":
        return True
    start = max(begin, end.start() - 30)
    word = _WORD.search(line[start : end.start()])
    if word is None:
        return True
    last, before = word[0].lower(), line[begin : start + word.start()].rstrip()
    if last in _MAY_END or (last in _YEARS and before[-1:].isdigit()):
        return True
    return not (
        last in _GOES_ON
        or (last in _BEFORE_NUMBER and after["first"].isdigit())
        or (last.isdigit() and not before)  # "1. Open the box"
        or (word[0].isupper() and all(len(part) == 1 for part in word[0].split(".")))  # "A. S."
    )
