from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.fields import Selector, Ui
from runtime.core.readers.ratings import points_in

Style = Literal["stars", "numbers", "smileys"]
STYLES = {"stars": "Stars", "numbers": "Numbers", "smileys": "Smileys"}
Begins = Literal["usual", "zero", "one"]
BEGINS = {"usual": "0 for ten numbers (NPS), else 1", "zero": "0", "one": "1"}
NPS = 10
FACES = 5  # smileys that can be told apart
STARS = 7  # more are numbers


class AskRating(Ask):
    """Asks for points on a scale: stars, smileys, or numbers such as 0 to 10 (NPS)."""

    type: ClassVar[str] = "ask.rating"
    label: ClassVar[str] = "Rating"
    icon: ClassVar[str] = "star"
    example: ClassVar[dict[str, Any]] = {
        "text": "How did we do?",
        "variable": "stars",
    }

    scale: Annotated[
        int,
        Field(
            title="Highest",
            description="5 for stars and smileys; 10 in numbers is an NPS.",
            ge=2,
            le=10,
        ),
        Ui(half=True),
    ] = 5
    style: Annotated[
        Style,
        Field(
            title="Shown as",
            description="Smileys need 1 to 5, stars at most 7; else numbers are shown.",
        ),
        Selector("select", labels=STYLES),
        Ui(half=True),
    ] = "stars"
    begins: Annotated[
        Begins, Field(title="Begins at"), Selector("select", labels=BEGINS), Ui(more=True)
    ] = "usual"

    @property
    def lowest(self) -> int:
        """Ten in numbers is an NPS, which begins at 0."""
        if self.begins == "usual":
            return 0 if self.style == "numbers" and self.scale == NPS else 1
        return 0 if self.begins == "zero" else 1

    def input(self, ctx: Context) -> Input:
        return Input("rating", minimum=self.lowest, maximum=self.scale, style=self._shown())

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        typed = event.value if isinstance(event, UserSaid) else None
        if points := self._points(typed):
            return points
        if not isinstance(typed, dict | list):
            told = points_in(said(event), self.scale, ctx.language)
            if told and (points := self._points(told[0])):
                return Answer(points.value, sure=told[1])
        limits = {"minimum": self.lowest, "maximum": self.scale}
        return Unfit("retry_rating", limits)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        return self._points(value)

    def _points(self, value: Any) -> Answer | None:
        """A whole number on the scale."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        fits = self.lowest <= value <= self.scale and value == int(value)
        return Answer(int(value)) if fits else None

    def _shown(self) -> Style:
        """The style, where a scale like this can be drawn in it."""
        most = {"smileys": self.scale == FACES, "stars": self.scale <= STARS}
        return self.style if most.get(self.style, True) and self.lowest == 1 else "numbers"
