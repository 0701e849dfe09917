"""robots.txt as RFC 9309 has it: which pages its site lets us read."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from connectors.knowledge.crawl.links import encoded

LARGEST = 500_000  # bytes that count
NAME = "flyt"


class Rule(Struct, frozen=True):
    allows: bool
    pattern: str


class Robots(Struct, frozen=True):
    """``delay`` is in seconds."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """The longest pattern that fits decides; of two as long, the one that allows."""
        parts = urlsplit(url)
        path = encoded(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [rule for rule in self.rules if _fits(rule.pattern, path)]
        best = max(fitting, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


class _Group(Struct):
    agents: list[str]
    rules: list[Rule]
    delay: float | None = None


def parse(text: str) -> Robots:
    """What is said to us by name or, where nothing is, to everybody."""
    groups: list[_Group] = []
    sitemaps: list[str] = []
    open_for_names = False
    for line in text[:LARGEST].splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "sitemap" and value:
            sitemaps.append(value)
        elif key == "user-agent":
            if not open_for_names:
                groups.append(_Group([], []))
            groups[-1].agents.append(value.lower())
            open_for_names = True
        elif groups and key in ("allow", "disallow", "crawl-delay"):
            open_for_names = False
            _add(groups[-1], key, value)
    ours = [group for group in groups if any(_is_us(agent) for agent in group.agents)]
    ours = ours or [group for group in groups if "*" in group.agents]
    delays = [group.delay for group in ours if group.delay is not None]
    rules = tuple(rule for group in ours for rule in group.rules)
    return Robots(rules, max(delays, default=None), tuple(sitemaps))


def _is_us(agent: str) -> bool:
    return agent.partition("/")[0].strip() == NAME


def _add(group: _Group, key: str, value: str) -> None:
    if key == "crawl-delay":
        number = value.replace(".", "", 1)
        group.delay = float(value) if number.isascii() and number.isdigit() else group.delay
    elif value:  # an empty line forbids nothing
        group.rules.append(Rule(key == "allow", encoded(value)))


def _fits(pattern: str, path: str) -> bool:
    """``*`` is anything, ``$`` at the end is the end. Piece by piece: no pattern makes it slow."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not ends or at == len(path)
    *middle, last = others
    for piece in middle:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return path[at:].endswith(last) if ends else path.find(last, at) >= 0
