"""Intents learnt from few examples, in English by meaning, elsewhere by words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors.knowledge.embedders import embedder
from connectors.understanding.elsewhere import SENTENCES
from connectors.understanding.model import BadModel, Model
from connectors.understanding.training import fingerprint, train
from runtime.core.release import Example, Intent

ENGLISH = {
    "refund": ["I want my money back", "how do I return this", "can I get a refund",
               "I would like to send it back", "please refund my order", "return policy"],
    "hours": ["when are you open", "what are your opening hours", "are you open on Sunday",
              "what time do you close", "until when can I come by", "do you open on holidays"],
    "booking": ["I want to book a table", "reserve a table for two", "can I make a reservation",
                "is there a table free tonight", "book for Friday evening",
                "we would like to eat at yours tomorrow"],
}  # fmt: skip
NORWEGIAN = {
    "refund": ["jeg vil ha pengene tilbake", "hvordan returnerer jeg varen", "kan jeg få refusjon",
               "jeg vil sende den tilbake", "vennligst refunder bestillingen"],
    "hours": ["når har dere åpent", "hva er åpningstidene", "er dere åpne på søndag",
              "når stenger dere", "åpner dere på helligdager"],
    "booking": ["jeg vil bestille bord", "reserver et bord til to", "kan jeg reservere bord",
                "er det ledig bord i kveld", "bestill bord for fredag kveld"],
}  # fmt: skip


class Remembering:
    """The encoder, asked once for each text: training it again and again takes long."""

    name, size = "minilm", 384

    def __init__(self) -> None:
        self.known: dict[str, list[float]] = {}

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known |= dict(zip(new, embedder("minilm").embed(new), strict=True))
        return [self.known[text] for text in texts]


MINILM = Remembering()


def intents(**by_language: dict[str, list[str]]) -> list[Intent]:
    return [
        Intent(
            flow,
            flow.title(),
            tuple(Example(t, code) for code, own in by_language.items() for t in own[flow]),
        )
        for flow in ENGLISH
    ]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(train(intents(en=ENGLISH, nb=NORWEGIAN), "en", MINILM).dump())


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("could you give me my cash back", "refund"),  # shares hardly a word with an example
        ("is the shop closed on Mondays", "hours"),
        ("a table for four people please", "booking"),
        ("who won the football match", None),
        ("my name is Peter", None),
        ("I forgot my password", None),
        ("hello there", None),
        ("", None),
    ],
)
def test_english_is_understood_by_meaning(model: Model, text: str, flow: str | None) -> None:
    answer = model.ask(text, "en-GB", MINILM)
    assert answer.understood().flow == flow
    assert answer.by == "minilm"
    assert {one.flow for one in answer.ranking} == set(ENGLISH)
    for one in answer.ranking:
        assert one.nearest in ENGLISH[one.flow]


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("kan jeg få tilbake pengene mine", "refund"),
        ("har dere åpent på søndager", "hours"),
        ("hvor langt er det til månen", None),
        ("jeg heter Per", None),
    ],
)
def test_other_languages_go_by_words(model: Model, text: str, flow: str | None) -> None:
    answer = model.ask(text, "nb", MINILM)
    assert (answer.understood().flow, answer.by) == (flow, "ngrams")


def test_without_weights_english_goes_by_words_too() -> None:
    learnt = train(intents(en=ENGLISH), "en", None)
    assert learnt.report.languages[0].quality == "words"
    assert learnt.ask("can I have a refund", "en", None).understood().flow == "refund"
    assert learnt.ask("who won the football match", "en", None).understood().flow is None


def test_a_language_without_examples_is_asked_in_the_bots_own(model: Model) -> None:
    assert model.ask("opening hours?", "sv", MINILM).language == "en"


def test_a_bar_set_by_hand_counts(model: Model) -> None:
    answer = model.ask("could you give me my cash back", "en", MINILM)
    assert answer.understood(0.99).flow is None
    assert not answer.understood(0.99).clear
    assert answer.understood(0.0).flow == "refund"
    assert model.ask("my name is Peter", "en", MINILM).understood(0.0).clear is False


def test_the_very_examples_are_clear(model: Model) -> None:
    for flow, own in ENGLISH.items():
        for text in own:
            found = model.ask(text, "en", MINILM).understood()
            assert (found.flow, found.clear) == (flow, True)


def test_the_report_is_honest(model: Model) -> None:
    report = model.report
    assert [one.flow for one in report.intents] == list(ENGLISH)
    assert [(one.code, one.quality) for one in report.languages] == [
        ("en", "meaning"), ("nb", "words"),
    ]  # fmt: skip
    assert report.intents[0].languages == {"en": 6, "nb": 5}
    assert report.intents[0].examples == 11
    assert not report.intents[0].few
    # Told by the others of their kind, most examples are recognised and hardly anything else is.
    assert report.in_scope is not None
    assert report.in_scope > 0.5
    assert report.out_of_scope is not None
    assert report.out_of_scope > 0.9


def test_what_is_confused_is_named_with_the_examples_that_do_it() -> None:
    twins = {
        "lost": ["I lost my card", "my card is gone", "I can't find my card", "card missing",
                 "where did I leave my card"],
        "stolen": ["my card was stolen", "someone took my card", "my card is gone, it was taken",
                   "I lost my card to a thief", "card missing after a robbery"],
        "weather": ["will it rain tomorrow", "how warm is it", "is it sunny today",
                    "do I need an umbrella", "weather forecast"],
    }  # fmt: skip
    given = [
        Intent(flow, flow, tuple(Example(text, "en") for text in own))
        for flow, own in twins.items()
    ]
    by_flow = {one.flow: one for one in train(given, "en", MINILM).report.intents}
    assert by_flow["weather"].confused_with == ()
    others = {one.flow for flow in ("lost", "stolen") for one in by_flow[flow].confused_with}
    assert others
    assert others <= {"lost", "stolen"}
    for flow in ("lost", "stolen"):
        for confusion in by_flow[flow].confused_with:
            assert 0 < confusion.share <= 1
            for pair in confusion.pairs:
                assert pair.text in twins[flow]
                assert pair.nearest in twins[confusion.flow]


@pytest.mark.parametrize("count", [1, 2])
def test_a_handful_of_examples_makes_a_careful_model(count: int) -> None:
    few = [
        Intent(flow, flow, tuple(Example(text, "en") for text in own[:count]))
        for flow, own in ENGLISH.items()
    ]
    for given in (few, few[:1]):
        learnt = train(given, "en", MINILM)
        assert not learnt.report.tuned
        assert learnt.report.intents[0].few
        for text in given[0].examples:
            assert learnt.ask(text.text, "en", MINILM).understood().flow == given[0].flow
        strange = [learnt.ask(text, "en", MINILM).understood().flow for text in SENTENCES["en"]]
        assert strange.count(None) >= 0.95 * len(strange)


def test_a_fingerprint_changes_with_what_is_learnt() -> None:
    given = intents(en=ENGLISH)
    name = fingerprint(given, "en", "minilm")
    assert name == fingerprint(intents(en=ENGLISH), "en", "minilm")
    changed = [given[0]._replace(examples=given[0].examples[1:]), *given[1:]]
    others = {
        fingerprint(changed, "en", "minilm"),
        fingerprint(given, "nb", "minilm"),
        fingerprint(given, "en", ""),
    }
    assert len(others | {name}) == 4


@pytest.mark.parametrize("data", [b"", b"\x80\x04N.", b"PK\x03\x04 not really"])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(BadModel):
        Model.load(data)


def test_the_same_examples_make_the_same_model() -> None:
    one, other = (train(intents(nb=NORWEGIAN), "nb", None) for _ in range(2))
    assert one.report.intents == other.report.intents
    text = "kan jeg få tilbake pengene mine"
    assert one.ask(text, "nb", None) == other.ask(text, "nb", None)
