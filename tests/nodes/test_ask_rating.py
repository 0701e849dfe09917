from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from nodes.ask_rating import AskRating
from runtime.core.contract import Chosen, Input, Message, Next, TimedOut, Uploaded, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "scale": 10,
    "style": "numbers",
    "begins": "one",
}  # a configuration for test_contract

STARS = AskRating(text="How was it?", variable="points")
NPS = AskRating(text="Would you?", variable="points", scale=10, style="numbers")


def stored(text, language="en", node_=STARS):
    outcome = node_.resume(context(attempt=1, language=language), UserSaid(text))
    return outcome.set.get("points") if isinstance(outcome, Next) else None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("4", "en", 4),
        (" 4! ", "en", 4),
        ("4 stars", "en", 4),
        ("4/5", "en", 4),
        ("4 out of 5", "en", 4),
        ("5 of 5", "en", 5),
        ("I'd give it a 4", "en", 4),
        ("four", "en", 4),
        ("Five stars!", "en", 5),
        ("★★★", "en", 3),
        ("⭐️⭐️⭐️⭐️", "en", 4),
        ("★★★☆☆", "en", 3),
        ("4, the food was cold", "en", 4),
        ("5 - great", "en", 5),
        ("fire", "nb", 4),
        ("terningkast fem", "nb", 5),
        ("en stjerne", "nb", 1),
        ("en", "nb", 1),
        ("4 av 5", "nb", 4),
        ("fyra stjärnor", "sv", 4),
        ("п’ять", "uk", 5),
        ("четвірка", "uk", 4),
        ("4 з 5", "uk", 4),
        ("пять баллов", "ru", 5),
        ("четвёрка", "ru", 4),
        ("four", "ru", 4),
    ],
)
def test_points_as_people_give_them(text, language, expected):
    assert stored(text, language) == expected


@pytest.mark.parametrize(
    "text",
    ["", "great", "👍", "6", "0", "-4", "4.5", "4,5", "3 or 4", "4 people were rude",
     "it took 5 minutes", "one of you was late", "fire", "5" * 60_000, "★" * 60_000,
     "five " * 9_000],
)  # fmt: skip
def test_what_gives_no_points(text):
    begun = time.process_time()
    assert stored(text) is None
    assert time.process_time() - begun < 0.2


def test_an_nps_begins_at_nought():
    assert [stored(text, node_=NPS) for text in ("0", "10", "10/10", "zero", "ten", "11")] == [
        *(0, 10, 10, 0, 10, None)
    ]
    assert stored("10 minutes late", node_=NPS) is None
    assert NPS.input(context()) == Input("rating", minimum=0, maximum=10, style="numbers")
    outcome = NPS.resume(context(attempt=1), UserSaid("11"))
    assert outcome == Wait(on="reply", say=(Message("Please give a number from 0 to 10."),))


@pytest.mark.parametrize(
    ("config", "lowest"),
    [
        ({"scale": 10, "style": "numbers"}, 0),
        ({"scale": 10, "style": "numbers", "begins": "one"}, 1),
        ({"scale": 10, "style": "stars"}, 1),
        ({"scale": 5, "style": "numbers"}, 1),
        ({"scale": 5, "style": "numbers", "begins": "zero"}, 0),
        ({}, 1),
    ],
)
def test_where_a_scale_begins(config, lowest):
    node_ = AskRating(text="Q", variable="points", **config)
    assert node_.input(context()).minimum == lowest
    assert (stored("0", node_=node_) == 0) is (lowest == 0)


def test_a_pressed_star_sends_a_number():
    ctx = context(attempt=1)
    assert STARS.resume(ctx, UserSaid("4", value=4)) == Next(set={"points": 4})
    stored_ = STARS.resume(ctx, UserSaid("4.0", value=4.0))
    assert isinstance(stored_, Next)
    assert [type(value) for value in stored_.set.values()] == [int]
    for value in (6, 0, 4.5, True, [4], {"a": 4}):
        assert isinstance(STARS.resume(ctx, UserSaid("", value=value)), Wait)


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        ({}, "stars"),
        ({"scale": 7}, "stars"),
        ({"scale": 10}, "numbers"),
        ({"style": "smileys"}, "smileys"),
        ({"style": "smileys", "scale": 3}, "numbers"),
        ({"style": "smileys", "begins": "zero"}, "numbers"),
        ({"begins": "zero"}, "numbers"),
        ({"style": "numbers", "scale": 3}, "numbers"),
    ],
)
def test_it_is_shown_as_it_can_be(config, shown):
    node_ = AskRating(text="Q", variable="v", **config)
    assert node_.input(context()).style == shown


def test_the_shared_outcomes():
    assert STARS.run(context()) == Wait(on="reply", say=(Message("How was it?"),))
    again = Wait(on="reply", say=(Message("Please give a number from 1 to 5."),))
    for event in (UserSaid("good"), Chosen(("4",)), Uploaded(())):
        assert STARS.resume(context(attempt=1), event) == again
    assert STARS.resume(context(attempt=3), UserSaid("x")) == Next(port="invalid")
    assert STARS.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
    assert [port.id for port in STARS.ports()] == ["next", "invalid", "no_reply", "cancelled"]


def test_only_plain_points_are_claimed():
    assert STARS.claims(context(), UserSaid("4 stars")) is True
    assert STARS.claims(context(), UserSaid("4, but cancel my order")) is False
    assert STARS.claims(context(), UserSaid("cancel")) is False


def test_it_can_skip_what_is_known():
    node_ = STARS.model_copy(update={"skip_if_known": True})
    assert node_.run(context(points=4)) == Next()
    for known in (6, 4.5, "4", True, None):
        assert isinstance(node_.run(context(points=known)), Wait)


def test_wrong_configurations():
    for wrong in ({"scale": 1}, {"scale": 11}, {"style": "hearts"}, {"begins": "two"}):
        with pytest.raises(ValidationError):
            AskRating(text="Q", variable="v", **wrong)


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("ask", "ask.rating", text="How was it?", variable="points"),
                node("why", "message", text="Thanks for the {{ points }}."),
                "ask > why",
            ),
            variables=[{"name": "points"}],
        )
    )
    assert talk.say("great") == ["Please give a number from 1 to 5."]
    assert talk.say("five stars") == ["Thanks for the 5."]
