"""What must be said in each conversation of the proof."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

DOCUMENT = Path(__file__).with_name("talk.json")
Line = tuple[str, str]  # who and what

UNSURE = "We do not know whether the letter was sent."


class Talk(Struct, frozen=True):
    """Visitor ``number``'s talk; a silent one lets the question time out before answering."""

    number: int
    silent: bool

    @property
    def name(self) -> str:
        return f"Ada{self.number}"

    @property
    def nudge(self) -> str:
        return f"Are you there, {self.name}?"

    @property
    def booked(self) -> str:
        return f"Booked blue as B-{self.number}."

    @property
    def sent(self) -> str:
        return f"Letter L-{self.number} is on its way."

    @property
    def more(self) -> str:
        return f"Anything else, {self.name}?"

    def answers(self) -> list[Line]:
        """Pairs of the bot's question and what the visitor answers to it, in order."""
        colour = "Which colour would you like?" if self.silent else f"Which colour, {self.name}?"
        return [
            (f"Your quote is Q-{self.number}. Your name?", self.name),
            (colour, "blue"),
            (self.more, "no"),
        ]

    def waits(self) -> list[str]:
        """The nodes whose waits the clock must end, in order."""
        return ["hasty", "pause", "rest"] if self.silent else ["pause", "rest"]

    def transcript(self, *, letter_sent: bool) -> list[Line]:
        """Every line, each exactly once, in this order."""
        nudged = [("bot", self.nudge), ("bot", "Which colour would you like?")]
        return [
            ("bot", f"Hello {self.number}."),
            ("bot", f"Your quote is Q-{self.number}. Your name?"),
            ("visitor", self.name),
            ("bot", f"Which colour, {self.name}?"),
            *(nudged if self.silent else []),
            ("visitor", "blue"),
            ("bot", self.booked),
            ("bot", self.sent if letter_sent else UNSURE),
            ("bot", self.more),
            ("visitor", "no"),
            ("bot", f"Goodbye {self.name}."),
        ]
