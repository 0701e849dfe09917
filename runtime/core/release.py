"""A published bot, compiled once: what the interpreter reads at every step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from runtime.core import courtesies
from runtime.core.contract import Node
from runtime.core.document import Document, Flow
from runtime.core.document.derived import ERROR, REPAIR, Derived, given_back
from runtime.core.document.system import LANGUAGE, PREFIX, with_system_flows
from runtime.core.document.usage import calls, fields_of, reads, writes
from runtime.core.language_names import LONGEST, LanguageNames, Wish, own_name
from runtime.core.phrases import base_language, plain

if TYPE_CHECKING:
    import networkx as nx

_NAME = re.compile(
    r"flows\.(?P<flow>.+)\.nodes\.(?P<node>[^.]+)\.config\.(?:options|cards\.[^.]+\.buttons)"
    r"\.(?P<option>[^.]+)\.(?:label|synonyms\.\d+)"
)  # of a button, in a translation


@dataclass(frozen=True, slots=True)
class Inactivity:
    """Start ``flow`` when the visitor has been silent for ``after``."""

    flow: str
    after: timedelta


class Example(NamedTuple):
    """What a visitor might write, in a language of the bot (BCP 47)."""

    text: str
    language: str


class Intent(NamedTuple):
    """A flow that starts when somebody means what its examples mean."""

    flow: str
    name: str
    examples: tuple[Example, ...]


class Release:
    """One immutable document with its graph, its table of edges and its nodes per language.

    ``number`` is 0 for a draft. The system flows it lacks are added, so a frozen document, which
    has them all, stays as it was when the product's own change.
    """

    def __init__(self, document: Document, number: int = 0, bot: str = "") -> None:
        self.document = with_system_flows(document)
        self.number, self.bot = number, bot
        self.main = document.main
        self.flows = {flow.id: flow for flow in self.document.flows}
        self._own = {
            (flow.id, placed.id): Node.registry[placed.type](**placed.config)
            for flow in self.document.flows
            for placed in flow.nodes
        }
        for place, names in self._names_elsewhere().items():
            if place in self._own:
                self._own[place] = self._own[place].also_called(names)
        for place, node in self._own.items():
            self._own[place] = node.beside(self.flows)
        self._spoken: dict[str, dict[tuple[str, str], Node]] = {document.language: self._own}
        self.graphs = {flow.id: self._graph(flow) for flow in self.document.flows}
        self.targets = {  # (flow, node, port): node
            (flow, source, port): target
            for flow, graph in self.graphs.items()
            for source, target, port in graph.edges(keys=True)
            if port is not None
        }
        self.targets |= dict(self._option_targets())
        self._bodies: dict[tuple[str, str], frozenset[str]] = {}
        self._touched: dict[tuple[str, str], frozenset[str]] = {}
        self._trees: dict[str, nx.DiGraph[tuple[str, str]]] = {}

    def flow(self, flow_id: str) -> Flow:
        """Raises ``KeyError`` for a flow this release does not have."""
        return self.flows[flow_id]

    def nodes(self, language: str) -> Mapping[tuple[str, str], Node]:
        """All nodes by (flow, node), their texts in ``language`` as far as they are translated."""
        spoken = self._spoken.get(language)
        if spoken is None:
            texts = self.document.languages.get(language, {})
            spoken = self._spoken[language] = _Spoken(self._own, texts)
        return spoken

    def language(self, locale: str | None) -> str:
        """The language of this bot's texts that fits a visitor's locale (BCP 47) best."""
        if locale is None or len(self.languages) == 1:
            return self.document.language
        wanted = locale.replace("_", "-").lower()
        known = {code.lower(): code for code in self.languages}
        fitting = (wanted, wanted.split("-")[0], base_language(wanted))
        return next((known[code] for code in fitting if code in known), self.document.language)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return (self.document.language, *self.document.languages)

    def _names_elsewhere(self) -> dict[tuple[str, str], dict[str, list[str]]]:
        """What options are called in translations, by node and by option."""
        found: dict[tuple[str, str], dict[str, list[str]]] = {}
        for texts in self.document.languages.values():
            for path, text in texts.items():
                if name := _NAME.fullmatch(path):
                    options = found.setdefault((name["flow"], name["node"]), {})
                    options.setdefault(name["option"], []).append(text)
        return found

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What the declared variables hold at the beginning; those without a value are left out."""
        declared = self.document.variables
        return {v.name: v.default for v in declared if v.default is not None}

    @cached_property
    def confidential(self) -> frozenset[str]:
        """The variables that are marked: only local models may see them."""
        return frozenset(one.name for one in self.document.variables if one.confidential)

    @cached_property
    def at_home(self) -> frozenset[str]:
        """Those, and all that may hold what they hold."""
        return self.following(self.confidential) if self.confidential else frozenset()

    @cached_property
    def derived(self) -> Derived:
        return Derived(self._own, self.flows)

    def following(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and all variables that may hold what they hold."""
        return frozenset(self.derived.origins(names))

    def touched(self, flow: str, node: str) -> frozenset[str]:
        """The variables that a node reads or writes, and what the flows it runs give back."""
        names = self._touched.get((flow, node))
        if names is None:
            fields = fields_of(self._own[flow, node])
            back = given_back((one.name for one in calls(fields)), self.flows)
            names = back.union(one.name for one in (*reads(fields), *writes(fields)))
            self._touched[flow, node] = frozenset(names)
        return self._touched[flow, node]

    def filled(self, flow: str, node: str) -> frozenset[str]:
        """The variables that a node stores something in, or gives to the flows it runs."""
        stored = self.derived.takings[flow, node]
        return frozenset(one.name for one in stored if one.name not in (ERROR, REPAIR))

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables of the conversation: those declared, and those that some node sets."""
        nodes = self._own.values()
        written = {naming.name for node in nodes for naming in writes(fields_of(node))}
        return frozenset(written.union(variable.name for variable in self.document.variables))

    # Triggers ---------------------------------------------------------------

    def triggered_by(self, said: str) -> list[str]:
        """Flows that `plain` words start: those of the whole message first, then of what it holds.

        A bot's own keyword may stand anywhere as whole words, the longest counts first; a system
        phrase ("back") only as the whole message but for courtesies, because it is an everyday
        word.
        """
        found = self._phrases.get(said) or self._asked_for(said)
        if not self._keywords:
            return found
        padded = f" {said} "
        return [*found, *(flow for keyword, flow in self._keywords if keyword in padded)]

    def _asked_for(self, said: str) -> list[str]:
        if len(said) > LONGEST:
            return []
        for core in courtesies.without(said):
            if found := self._phrases.get(core):
                return found
        return []

    @cached_property
    def _phrases(self) -> dict[str, list[str]]:
        """Flows by whole message, a bot's own before the system's."""
        phrases: dict[str, list[str]] = {}
        for word, flow in sorted(self._words, key=lambda found: found[1].startswith(PREFIX)):
            phrases.setdefault(word, []).append(flow)
        return phrases

    @cached_property
    def _keywords(self) -> list[tuple[str, str]]:
        own = [(f" {word} ", flow) for word, flow in self._words if not flow.startswith(PREFIX)]
        return sorted(own, key=lambda found: -len(found[0]))

    @cached_property
    def _words(self) -> list[tuple[str, str]]:
        words = {
            (plain(word), flow.id)
            for flow, index, trigger in self._triggers("keyword")
            for word in (*trigger.words, *self._translated_words(flow.id, index))
        }
        return sorted(found for found in words if found[0])

    def _translated_words(self, flow: str, index: int) -> Iterator[str]:
        prefix = f"flows.{flow}.triggers.{index}.words."
        for texts in self.document.languages.values():
            yield from (text for path, text in texts.items() if path.startswith(prefix))

    @cached_property
    def intents(self) -> tuple[Intent, ...]:
        """The flows that start by what words mean, each with all of its examples."""
        found: dict[str, list[Example]] = {}
        for flow, index, trigger in self._triggers("intent"):
            own = [Example(text, self.document.language) for text in trigger.examples]
            elsewhere = self._translated_examples(flow.id, index, len(own))
            found.setdefault(flow.id, []).extend((*own, *elsewhere))
        return tuple(
            Intent(id_, self.flows[id_].name or id_, tuple(dict.fromkeys(examples)))
            for id_, examples in found.items()
        )

    def _translated_examples(self, flow: str, index: int, count: int) -> Iterator[Example]:
        paths = [f"flows.{flow}.triggers.{index}.examples.{place}" for place in range(count)]
        for language, texts in self.document.languages.items():
            yield from (Example(texts[path], language) for path in paths if texts.get(path))

    def language_named(self, said: str) -> Wish | None:
        """The language that `plain` words ask for; None where asking for one is switched off."""
        if len(said) > LONGEST or self._words_of_names.isdisjoint(said.split()):
            return None
        return self._language_names.asked_for(said)

    @cached_property
    def _language_names(self) -> LanguageNames:
        return LanguageNames(self.languages)

    @cached_property
    def _words_of_names(self) -> frozenset[str]:
        """Without one of these a sentence names no language that would be listened to."""
        listens = any(flow.id == LANGUAGE for flow, _, _ in self._triggers("keyword"))
        return self._language_names.words if listens else frozenset()

    @cached_property
    def spoken(self) -> list[dict[str, str]]:
        """The bot's languages by their own names, as a choice takes its options."""
        return [{"id": code, "value": code, "label": own_name(code)} for code in self.languages]

    @cached_property
    def inactivity(self) -> tuple[Inactivity, ...]:
        """The shortest silence first."""
        found = [Inactivity(f.id, t.after) for f, _, t in self._triggers("inactivity")]
        return tuple(sorted(found, key=lambda trigger: trigger.after))

    @cached_property
    def error_flow(self) -> str | None:
        return next((flow.id for flow, _, _ in self._triggers("error")), None)

    def on_event(self, name: str) -> str | None:
        """The flow that an event of this name starts."""
        return next((f.id for f, _, t in self._triggers("event") if t.name == name), None)

    def _triggers(self, kind: str) -> Iterator[tuple[Flow, int, Any]]:
        for flow in self.document.flows:
            for index, trigger in enumerate(flow.triggers if flow.enabled else ()):
                if trigger.kind == kind:
                    yield flow, index, trigger

    # The graph --------------------------------------------------------------
    # networkx takes 11 MB: a process loads it with its first bot.

    def _graph(self, flow: Flow) -> nx.MultiDiGraph[str]:
        """Nodes and edges; the key of an edge is its port, None for a jump."""
        import networkx as nx  # noqa: PLC0415

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for placed in flow.nodes:
            graph.add_node(placed.id)
        for edge in flow.edges:
            graph.add_edge(edge.source, edge.target, key=edge.port)
        for placed in flow.nodes:
            for target in self._own[flow.id, placed.id].jumps():
                graph.add_edge(placed.id, target, key=None)
        return graph

    def _option_targets(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        """An option whose own port has no edge takes the edge of ``next``."""
        for (flow, node), built in self._own.items():
            onward = self.targets.get((flow, node, "next"))
            for port in built.ports() if onward else ():
                if port.kind == "branch" and (flow, node, port.id) not in self.targets:
                    yield (flow, node, port.id), str(onward)

    def body(self, flow: str, loop: str) -> frozenset[str]:
        """The nodes that can only be reached through the ``each`` port of a loop."""
        if (flow, loop) not in self._bodies:
            import networkx as nx  # noqa: PLC0415

            tree, root = self._dominators(flow), (loop, "each")
            below: set[tuple[str, str]] = nx.descendants(tree, root) if root in tree else set()  # pyright: ignore
            self._bodies[flow, loop] = frozenset(node for node, port in below if not port)
        return self._bodies[flow, loop]

    def _dominators(self, flow: str) -> nx.DiGraph[tuple[str, str]]:
        """The tree of what must be passed to reach each node, over nodes and ports."""
        if flow not in self._trees:
            import networkx as nx  # noqa: PLC0415

            ways: nx.DiGraph[tuple[str, str]] = nx.DiGraph()
            start = (self.flows[flow].start, "")
            ways.add_node(start)
            for source, target, port in self.graphs[flow].edges(keys=True):
                way = (source, port or f"-> {target}")
                ways.add_edges_from((((source, ""), way), (way, (target, ""))))
            above = cast("dict[Any, Any]", nx.immediate_dominators(ways, start))  # pyright: ignore
            tree: nx.DiGraph[tuple[str, str]] = nx.DiGraph()
            tree.add_edges_from((up, down) for down, up in above.items() if up not in (None, down))
            self._trees[flow] = tree
        return self._trees[flow]


class _Spoken(dict[tuple[str, str], Node]):
    """The nodes of a release in another language, each translated when it is first needed."""

    def __init__(self, own: Mapping[tuple[str, str], Node], texts: Mapping[str, str]) -> None:
        self._own, self._texts = own, texts

    def __missing__(self, place: tuple[str, str]) -> Node:
        flow, id_ = place
        prefix = f"flows.{flow}.nodes.{id_}.config."
        texts = {
            path.removeprefix(prefix): text
            for path, text in self._texts.items()
            if path.startswith(prefix)
        }
        node = self[place] = self._own[place].with_texts(texts)
        return node
