"""What holds for any flow and any events: the engine's promises, searched for counter-examples."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.core.contract import (
    Chosen,
    Closed,
    EffectDone,
    Facts,
    HandedBack,
    PersonSaid,
    Picked,
    RepairAction,
    Signal,
    Started,
    TakenOver,
    TimedOut,
    Understood,
    UserSaid,
)
from runtime.core.document import DocumentError
from runtime.core.moves import MAX_TURN_VISITS
from runtime.core.understanding import needs, noted
from tests.core.talk import Talk, node, release

IDS = ["n0", "n1", "n2", "n3", "n4", "n5"]
NAMES = ["x", "y", "item"]
FLOWS = ["main", "other"]
WHERE = {"any": [{"variable": "x", "op": "is_set"}, {"variable": "y", "op": "gt", "value": 1}]}
OPTIONS = [{"id": "a", "label": "Alpha"}, {"id": "b", "label": "Beta", "value": 2}]

FIELDS = [
    {"label": "Guests", "variable": "y", "type": "number", "required": True},
    {"label": "Size", "variable": "item", "type": "choice", "options": OPTIONS},
]

CONFIGS: dict[str, list[dict[str, Any]]] = {
    "message": [{"text": "Hi {{ x }}"}, {"text": "All of {{ xs }}"}],
    "ask.text": [{"text": "Text?", "variable": "x", "timeout": "PT1M"}],
    "ask.number": [{"text": "Number?", "variable": "y", "max_attempts": 1}],
    "ask.choice": [
        {"text": "Pick", "variable": "x", "options": OPTIONS},
        {"text": "Pick", "variable": "xs", "options": OPTIONS, "multiple": True},
    ],
    "ask.form": [{"text": "Who?", "variable": "x", "fields": FIELDS}],
    "ask.confirm": [{"text": "Sure?", "variable": "y", "skip_if_known": True, "timeout": "PT5M"}],
    "condition": [{"branches": [{"id": "yes", "label": "Yes", "where": WHERE}]}],
    "set": [
        {"assign": [{"variable": "y", "value": "{{ (y or 0) + 1 }}"}]},
        {"assign": [{"variable": "x", "value": "{{ 1 / 0 }}"}]},
    ],
    "wait": [{"duration": "PT1H"}, {"event": "paid", "duration": "PT1H"}],
    "subflow": [{"flow": "other"}, {"flow": "main"}],
    "loop": [{"items": "xs", "item": "item", "limit": 3}],
    "jump": [{"node": name} for name in IDS[:3]],
    "repair": [{"action": action, "variable": "x"} for action in get_args(RepairAction)],
    "handoff": [{"text": "A person comes, {{ x }}", "about": "{{ y }}"}],
    "end": [{"result": "done"}],
}
PORTS = {
    "ask.choice": ["next", "a", "b", "no_reply", "cancelled", "invalid"],
    "condition": ["yes", "else"],
    "loop": ["each", "done"],
    "subflow": ["next", "cancelled", "error"],
    "jump": [],
    "repair": [],
    "end": [],
} | {
    kind: ["next", "invalid", "no_reply", "cancelled"]
    for kind in ("ask.text", "ask.number", "ask.confirm", "ask.form")
}
TRIGGERS = [
    {"kind": "keyword", "words": ["help"]},
    {"kind": "inactivity", "after": "PT2M"},
    {"kind": "error"},
    {"kind": "event", "name": "cart"},
    {"kind": "manual"},
]


@st.composite
def flows(draw: st.DrawFn, id_: str) -> dict[str, Any]:
    count = draw(st.integers(1, len(IDS)))
    kinds = draw(st.lists(st.sampled_from(sorted(CONFIGS)), min_size=count, max_size=count))
    ids = IDS[:count]
    nodes = []
    for name, kind in zip(ids, kinds, strict=True):
        config = draw(st.sampled_from(CONFIGS[kind]))
        if kind == "jump":
            config = {"node": draw(st.sampled_from(ids))}
        nodes.append(node(name, kind, **config))
    edges = [
        {"source": name, "port": port, "target": draw(st.sampled_from(ids))}
        for name, kind in zip(ids, kinds, strict=True)
        for port in PORTS.get(kind, ["next"])
        if kind not in ("jump", "repair", "end") and draw(st.booleans())
    ]
    for edge in edges:
        if edge["port"] in ("a", "b") and _is_multiple(nodes, edge["source"]):
            edge["port"] = "next"
    unique = {(e["source"], e["port"]): e for e in edges}
    triggers = draw(st.lists(st.sampled_from(TRIGGERS), max_size=2)) if id_ != "main" else []
    return {
        "id": id_, "start": "n0", "nodes": nodes, "edges": list(unique.values()),
        "triggers": triggers,
    }  # fmt: skip


def _is_multiple(nodes: list[dict[str, Any]], id_: str) -> bool:
    return any(n["id"] == id_ and n["config"].get("multiple") for n in nodes)


@st.composite
def bots(draw: st.DrawFn) -> Any:
    variables = [
        {"name": "x", "type": "text"},
        {"name": "y", "type": "number"},
        {"name": "xs", "type": "list", "default": [1, 2, 3, 4]},
    ]
    both = draw(flows("main")), draw(flows("other"))
    return release(*both, variables=variables, languages={"nb": {}})


ACTIONS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(
        ["hello", "7", "yes", "no", "Alpha", "help", "cancel", "back", "skip", "restart", "repeat",
         "change my answer", "human please", "language", "på norsk", "x", "",
         "help for 4 guests"]
    )),
    st.tuples(st.just("pick"), st.sampled_from([("a",), ("b", "a"), ("no",), ("zzz",), ()])),
    st.tuples(st.just("choose"), st.sampled_from(["a", "b", "yes", "no", "zzz"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 90, 200, 4000])),
    st.tuples(st.just("event"), st.sampled_from(["paid", "cart", "other"])),
    st.tuples(st.just("stale"), st.sampled_from(["0:1", "1:1", "9:9"])),
    st.tuples(st.just("owner"), st.sampled_from(["take", "back", "said", "said", "close"])),
    st.tuples(st.just("start"), st.sampled_from(["other", "main", "nowhere"])),
)  # fmt: skip


PEOPLE = {
    "take": TakenOver("kari"),
    "back": HandedBack(),
    "said": PersonSaid("kari", "Kari here."),
    "close": Closed(),
}


def pick(talk: Talk, options: tuple[str, ...]) -> None:
    """Words that a model reads wherever it is asked; it is asked once at most."""
    event = UserSaid("whatever fits")
    facts = Facts(turn=len(talk.turns) + 1, **talk.facts)
    wanted = needs(talk.session, event, facts, talk.release, talk.now)
    if wanted and wanted.choice:
        picked = Picked(wanted.choice.token, options, 0.9, "zeta-1")
        event = noted(event, wanted, Understood(None, picked=picked))
        assert needs(talk.session, event, facts, talk.release, talk.now) is None
    talk.send(event)


def perform(talk: Talk, action: str, what: Any) -> None:
    match action:
        case "say":
            talk.say(what)
        case "choose":
            talk.choose(what)
        case "pick":
            pick(talk, what)
        case "wait":
            talk.wait(seconds=what)
        case "event":
            talk.send(Signal(name=what, data=1))
        case "stale":
            talk.send(TimedOut("0", what))
            talk.send(EffectDone(what, 1))
            talk.say("late", token=what)
        case "owner":
            talk.send(PEOPLE[what])
        case "start":
            talk.send(Started(what, {"x": 1}))


@settings(max_examples=300, deadline=None)
@given(bots(), st.lists(ACTIONS, max_size=12))
def test_any_flow_and_any_events_end_in_a_small_repeatable_turn(bot, actions):
    """`Talk` itself checks at each turn: same input, same turn; session survives JSON; timers."""
    talk = Talk(bot)
    for action, what in actions:
        perform(talk, action, what)
    keys = [effect.key for turn in talk.turns for effect in turn.effects]
    assert len(keys) == len(set(keys))
    for turn in talk.turns:
        assert len(turn.trace) <= MAX_TURN_VISITS
        assert turn.session.status != "bot" or not turn.session.frames or waits(turn.session)


def waits(session) -> bool:
    """A parked conversation waits for something, and names its wait once."""
    tokens = [frame.waiting.token for frame in session.frames if frame.waiting]
    return session.frames[-1].waiting is not None and len(tokens) == len(set(tokens))


@settings(max_examples=200, deadline=None)
@given(bots(), st.lists(ACTIONS, max_size=15))
def test_the_bot_never_talks_while_a_person_owns_the_conversation(bot, actions):
    talk = Talk(bot)
    for action, what in actions:
        owned, before = talk.status == "human", talk.session
        turns = len(talk.turns)
        perform(talk, action, what)
        spoke = (action, what) == ("owner", "said")
        if spoke or (owned and (action, what) != ("owner", "back")):
            for turn in talk.turns[turns:]:
                assert turn.messages == ()
                assert turn.trace == ()
                assert turn.effects == ()
                assert (turn.spoken is not None) is spoke
                if (action, what) != ("owner", "close"):
                    assert turn.session.status == "human"
                    assert turn.session.epoch > before.epoch or owned


@settings(max_examples=200, deadline=None)
@given(bots(), st.lists(ACTIONS, max_size=12))
def test_no_wait_is_answered_twice(bot, actions):
    """An answer to a wait that is over leaves the session as it was."""
    talk = Talk(bot)
    for action, what in actions:
        wanted = talk.last.input
        perform(talk, action, what)
        now = talk.last.input
        if wanted and talk.status != "human" and (now is None or now.token != wanted.token):
            before = talk.session
            talk.send(Chosen(("a",), wanted.token))
            talk.send(UserSaid("again", token=wanted.token))
            assert talk.session == before


@settings(max_examples=100, deadline=None)
@given(bots(), st.lists(ACTIONS, max_size=10), st.integers(0, 5000))
def test_no_timer_is_early(bot, actions, seconds):
    talk = Talk(bot)
    for action, what in actions:
        perform(talk, action, what)
    moment = talk.now + timedelta(seconds=seconds)
    talk.wait(seconds=seconds)
    assert all(due > moment for _, due in talk.timers.values())


def test_the_generator_makes_valid_bots_of_every_node_type():
    """Guards the tests above: a generator that only makes trivial bots would prove nothing."""
    seen: set[str] = set()

    @settings(max_examples=100, deadline=None, database=None)
    @given(bots())
    def collect(bot):
        seen.update(n.type for f in bot.document.flows for n in f.nodes)

    collect()
    assert set(CONFIGS) <= seen
    assert DocumentError is not None
