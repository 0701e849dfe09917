"""What is asked of a language model; where there is none, of rules and of what the bot knows.

What rules can do is done here, purely, so that a simulation needs no model either.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from runtime.core.ask import Answer
from runtime.core.choices import ALIKE, matched
from runtime.core.contract import Citation, Context, Facts, FormField, FormType, Option, Value
from runtime.core.effects import Effect, Lane
from runtime.core.expressions import escape
from runtime.core.likeness import closest
from runtime.core.phrases import phrase
from runtime.core.readers.kinds import read_as
from runtime.core.readers.sentences import told

BY_RULES = "by rules, no model was asked"

Strength = Literal["strong", "cheap"]
Verdict = Literal["answered", "unsure", "nothing_found"]
Mood = Literal["calm", "tired", "upset", "happy"]


class Asking(Effect, frozen=True):
    """What all have in common: a visitor waits, and nothing outside changes.

    ``confidential``: only models marked local may see it. ``hears``: it reads what was said before.
    """

    lane: ClassVar[Lane] = "interactive"
    writes: ClassVar[bool] = False
    hears: ClassVar[bool] = False


class Hearing(Asking, frozen=True, kw_only=True):
    """What those have in common that talk with the visitor.

    ``discreet``: something confidential was said before, so that only local models may read the
    conversation; others may answer without it.
    """

    hears: ClassVar[bool] = True

    memory: int = 10  # messages of the conversation that it may read word by word
    adapt_tone: bool = True
    strength: Strength = "strong"
    confidential: bool = False
    discreet: bool = False
    brand: str | None = None  # its id: knowledge and rules of others do not hold


# --- Answers --------------------------------------------------------------------------------


class Answered(Value, frozen=True):
    """An answer in Markdown. ``verdict`` is the port it takes; ``reason`` says why, to colleagues.

    ``quoted``: no model was asked, the text is a passage in its own words.
    """

    text: str
    verdict: Verdict = "answered"
    confidence: float = 0.0  # between 0 and 1
    citations: tuple[Citation, ...] = ()
    quoted: bool = False
    reason: str = ""
    rule: str = ""  # of the policies, that decided it
    personal: bool = False  # made with what is known of this contact: for nobody else
    confidential: bool = False  # out of a confidential collection: only local models may read it
    mood: Mood = "calm"  # of the visitor, where the tone is adapted


class AnswerQuestion(Hearing, frozen=True):
    """Answers ``question`` out of what the bot knows; ``language`` is the visitor's, BCP 47."""

    kind: ClassVar[str] = "ai.answer"
    result: ClassVar[Any] = Answered

    question: str
    language: str = "en"
    collections: tuple[str, ...] = ()
    persona: str = ""
    instructions: str = ""
    threshold: float = 0.5  # of confidence, below which it is unsure
    rerank: bool = False  # the cheap model orders what was found

    def fake(self, facts: Facts) -> Answered:
        text = phrase("example_answer", self.language, question=escape(self.question))
        told = phrase("example", self.language)
        source = Citation(1, phrase("example_source", self.language), told)
        return Answered(text, "answered", 1.0, (source,), reason="made up: nothing was sent")


# --- Values out of a text -------------------------------------------------------------------


class Wanted(Value, frozen=True):
    """A value to be read out of a text."""

    variable: str
    type: Literal["text", "number", "email", "phone", "url", "date", "time", "choice", "yes_no"]
    description: str = ""
    options: tuple[str, ...] = ()  # of a choice

    @property
    def field(self) -> FormField:
        """The field of a form that would take the same values."""
        type_: FormType = "confirm" if self.type == "yes_no" else self.type
        options = tuple(Option(name, name, name) for name in self.options)
        return FormField(self.variable, type_, self.description or self.variable, options=options)


class Extracted(Value, frozen=True):
    """Values by variable, in the form the matching question would store; unknown ones left out."""

    values: dict[str, Any] = {}
    by_rules: bool = False  # no model was asked


class ExtractValues(Asking, frozen=True):
    """Reads values out of ``text``; ``now`` is when it was said, for "tomorrow"."""

    kind: ClassVar[str] = "ai.extract"
    result: ClassVar[Any] = Extracted

    text: str
    wanted: tuple[Wanted, ...]
    now: datetime  # aware
    language: str = "en"
    locale: str | None = None
    timezone: str = "UTC"
    instructions: str = ""
    strength: Strength = "cheap"
    confidential: bool = False

    @property
    def context(self) -> Context:
        """What the product's readers need to know of the visitor."""
        facts = Facts("", locale=self.locale, timezone=self.timezone)
        return Context((), self.now, facts, self.language)

    def by_rules(self) -> Extracted:
        """What the product's own readers find without any doubt."""
        fields = [one.field for one in self.wanted]
        found = told(self.text, fields, (), self.context)
        # A text that is nothing but words may be anything; with "I'm" before it, it is a name.
        texts = {one.variable for one in self.wanted if one.type == "text"}
        whole = self.text.strip(" .!?")
        values = {n: value for n, value in found.items() if n not in texts or value != whole}
        if len(fields) == 1 and not values and fields[0].type != "text":
            answer = read_as(fields[0], self.text, self.context)
            if isinstance(answer, Answer):
                values = {fields[0].variable: answer.value}
        return Extracted(values, by_rules=True)

    def fake(self, facts: Facts) -> Extracted:
        return self.by_rules()


# --- Which of several -----------------------------------------------------------------------


class Category(Value, frozen=True):
    id: str
    label: str
    description: str = ""
    examples: tuple[str, ...] = ()


class Classified(Value, frozen=True):
    """``category`` is an id; None: none of them fits well enough."""

    category: str | None
    score: float = 0.0  # between 0 and 1
    scores: dict[str, float] = {}
    by_rules: bool = False


class ClassifyText(Asking, frozen=True):
    """Finds the one category that ``text`` belongs to."""

    kind: ClassVar[str] = "ai.classify"
    result: ClassVar[Any] = Classified

    text: str
    categories: tuple[Category, ...]
    language: str = "en"
    threshold: float = 0.5
    instructions: str = ""
    strength: Strength = "cheap"
    confidential: bool = False

    def by_rules(self) -> Classified:
        """By names, misspellings included, and by the words that examples share with the text."""
        names = [(one.label, *one.examples) for one in self.categories]
        match = matched(self.text, names)
        if match and (match.sure or len(self.text.split()) <= A_NAME):
            found, score = self.categories[match.place].id, 1.0 if match.sure else ALIKE
            return Classified(found, score, {found: score}, by_rules=True)
        groups = {
            one.id: [text for text in (one.label, one.description, *one.examples) if text]
            for one in self.categories
        }
        # Few words are ever shared, however alike two sentences are: the root makes up for it.
        scores = {name: round(score**0.5, 3) for name, score in closest(self.text, groups).items()}
        return _clearest(scores, self.threshold)

    def fake(self, facts: Facts) -> Classified:
        return self.by_rules()


A_NAME = 3  # words: a longer text that is like a name may say something else
CLEARLY = 0.05  # by how much the best must beat the next


def _clearest(scores: dict[str, float], threshold: float) -> Classified:
    best = sorted(scores, key=lambda name: -scores[name])[:2]
    score = scores[best[0]] if best else 0.0
    tied = len(best) > 1 and score - scores[best[1]] < CLEARLY
    found = best[0] if best and score >= max(threshold, 0.01) and not tied else None
    return Classified(found, score, {n: s for n, s in scores.items() if s}, by_rules=True)


# --- Other words for the same ---------------------------------------------------------------


class Rewritten(Value, frozen=True):
    text: str


class RewriteText(Asking, frozen=True):
    """``task``: a change of tone, a translation or a summary, as ``instructions`` say."""

    kind: ClassVar[str] = "ai.rewrite"
    result: ClassVar[Any] = Rewritten

    text: str
    task: Literal["tone", "translate", "summarise", "other"]
    language: str = "en"
    instructions: str = ""
    strength: Strength = "cheap"
    confidential: bool = False

    def fake(self, facts: Facts) -> Rewritten:
        return Rewritten(f"({phrase('example', self.language)}) {self.text}")
