"""An agent knows the contact, the whole talk and the mood, and is heard sentence by sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from connectors.ai import Digest, Line, Remembered
from connectors.llm import ModelFailed, Reply
from runtime.core.contract import Citation
from runtime.core.effects import EffectError
from runtime.core.effects.agent import CameBack, Decided, Heard, Stepped, ToolUse
from tests.ai.desk import World
from tests.ai.test_agent import DONE, calls, says, step, world

MARCH = datetime(2025, 3, 3, 12, tzinfo=UTC)
TWINS = Remembered(uuid4(), "fact", "She has twins and a bill of 49 euro.", MARCH)
SEARCH = ToolUse("c1", "search_knowledge", {"query": "safe"})
SECRET = Citation(1, "Staff", "The safe is behind the clock.", confidential=True)
READ = (Heard("Where is the safe?", "calm", 1), Decided(calls=(SEARCH,)),
        CameBack("c1", "", (SECRET,)))  # fmt: skip
FINISHED = calls(("finish", {"text": "It is booked. Bye."}))


def told(here: World) -> str:
    """The last that the model was sent."""
    return here.model.requests[-1].said[-1].text


# --- Whom it talks with -----------------------------------------------------------------------


async def test_it_knows_the_contact_and_says_where_from() -> None:
    here = world(says("Your twins cost 49 euro. [1]"), facts=(TWINS,))
    found = await here.perform(step())
    assert '<fact n="1" kind="fact" said="2025-03-03">She has twins' in told(here)
    (source,) = found.citations
    assert "March 3, 2025" in " ".join(source.title.split())
    assert found.heard == Heard("Where is A-1?", "calm", 0, 1, 1)


async def test_facts_are_read_anew_at_each_step_under_the_same_numbers() -> None:
    here = world(calls(("find_order", {"order": "A-1", "count": 1})), says("One. [1]"),
                 facts=(TWINS,))  # fmt: skip
    first = await here.perform(step())
    more = Remembered(uuid4(), "fact", "She has a dog.", MARCH)
    here.facts = (TWINS, more)  # its number may be a passage's by now
    steps = (first.heard, Decided(calls=first.calls), CameBack("c0", "Found."))
    await here.perform(step(*steps, before=first.before))
    assert "She has twins" in here.model.requests[1].said[1].text
    assert "a dog" not in here.model.seen
    here.facts = ()
    here.model.words["agent"] = says("I do not know.")
    await here.perform(step(*steps, before=first.before))
    assert "twins" not in "".join(one.text for one in here.model.requests[2].said)


async def test_without_its_memory_it_goes_on() -> None:
    class Broken(World):
        async def of(self, *args: Any, **more: Any) -> Any:
            raise ConnectionError

    here = Broken(model=world(says("Hello.")).model)
    assert (await here.perform(step())).text == "Hello."


async def test_the_tone_is_adapted_to_the_visitor_until_they_write_again() -> None:
    lines = (Line("visitor", "You are useless", 1), Line("bot", "Oh.", 2))
    angry = Heard("Where is my order?? I am so angry")
    here = world(calls(("find_order", {"order": "A-1", "count": 1})), says("Here."), says("Yes."),
                 says("Well."), lines=lines)  # fmt: skip
    first = await here.perform(step(angry))
    assert first.heard.felt == "upset"
    assert "The visitor is upset" in told(here)
    here.lines = ()
    steps = (first.heard, Decided(calls=first.calls), CameBack("c0", "Found."))
    await here.perform(step(*steps, before=""))
    assert "The visitor is upset" in here.model.requests[-1].said[1].text  # the same between tools
    again = await here.perform(step(*steps, Decided("Here."), Heard("ok fine"), before=""))
    assert again.heard.felt == "calm"
    assert "The visitor is" not in "".join(s.text for s in here.model.requests[-1].said[1:])
    plain = await here.perform(step(angry, adapt_tone=False))
    assert plain.heard.felt == "calm"


# --- What was said before ---------------------------------------------------------------------


def talk(count: int) -> tuple[Line, ...]:
    by = ("visitor", "bot")
    return tuple(Line(by[n % 2], f"line {n} " + "x" * 200, n + 1) for n in range(count))


async def test_a_long_talk_is_told_in_short() -> None:
    here = world(says("Hello."), lines=talk(30))
    here.model.words["summary"] = "They want a drill."
    found = await here.perform(step())
    assert "<earlier>\nThey want a drill.\n</earlier>" in found.before
    assert "line 29" in found.before
    assert "line 5 " not in found.before
    assert here.kept is not None
    alone = world(says("Hello."), lines=talk(30))
    alone.model.words["summary"] = ModelFailed("timeout", "late")
    short = await alone.perform(step(memory=2))
    assert "line 28" in short.before
    assert "line 27" not in short.before
    assert (await world(says("Hello."), lines=talk(30)).perform(step(memory=0))).before == ""


async def test_steps_that_were_dropped_are_looked_up_as_said_before() -> None:
    lines = (*talk(4), Line("visitor", "Where is A-1?", 5), Line("bot", "Here.", 6),
             Line("visitor", "And B-2?", 7))  # fmt: skip
    here = world(says("There."), lines=lines)
    latest = Heard("And B-2?")
    found = await here.perform(step(Heard("Where is A-1?", "calm", 5), Decided("Here."), latest))
    assert "line 3" in found.before
    assert "A-1" not in found.before
    assert found.heard == Heard("And B-2?", "calm", 7, 1, 0)


# --- What stays at home -----------------------------------------------------------------------


def local(*replies: Any, **more: Any) -> World:
    here = world(*replies, **more)
    here.model.is_local = True
    return here


async def test_confidential_passages_are_for_local_models() -> None:
    away = world(says("I do not know."))
    found = await away.perform(step(*READ, before=""))
    assert not found.confidential
    assert "behind the clock" not in away.model.seen
    assert "Nothing was found" in away.model.seen
    home = local(says("Behind the clock."))
    found = await home.perform(step(*READ, before=""))
    assert found.confidential
    assert home.model.requests[-1].purpose.confidential
    assert found.citations == (SECRET,)  # although it is not named: so others do not read it


async def test_confidential_messages_are_for_local_models() -> None:
    lines = (Line("visitor", "The safe?", 1), Line("bot", "Behind the clock.", 2, True))
    away = world(says("Hello."), lines=lines)
    found = await away.perform(step())
    assert (found.confidential, "clock" in found.before, "safe" in found.before) == (
        False, False, True
    )  # fmt: skip
    found = await local(says("Hello."), lines=lines).perform(step())
    assert (found.confidential, "clock" in found.before) == (True, True)
    kept = local(says("Hello."), lines=lines)
    kept.kept = Digest("The secret is out.", 1, confidential=True)
    assert "The secret is out." in (await kept.perform(step())).before


async def test_what_a_visitor_said_in_confidence_is_for_local_models() -> None:
    lines = (Line("visitor", "My number is 7", 1), Line("bot", "Fine.", 2))
    away = world(says("Hello."), lines=lines)
    assert (await away.perform(step(discreet=True))).before == ""
    with pytest.raises(EffectError) as failed:  # a flow may have given it back
        await away.perform(step(*DONE, discreet=True, before=""))
    assert failed.value.kind == "confidential"
    home = local(says("Hello."), lines=lines)
    assert "My number" in (await home.perform(step(discreet=True))).before


# --- Being heard ------------------------------------------------------------------------------


async def test_its_words_are_told_as_they_come() -> None:
    here = world(says("Returns are free. [1] They take [7] 30 days.\n\nBye"))
    found = await here.perform(step(*DONE))
    assert here.told == [(0, 0, "Returns are free. [1]"), (0, 1, " They take 30 days.")]
    assert found.text == "Returns are free. [1] They take 30 days.\n\nBye"
    last = world(FINISHED)
    assert (await last.perform(step())).text == "It is booked. Bye."
    assert last.told == [(0, 0, "It is booked.")]


async def test_what_is_said_before_a_call_is_told_once() -> None:
    looks = calls(("find_order", {"order": "A-1", "count": 1}), text="I look. It takes a moment.")
    here = world(looks)
    found = await here.perform(step())
    assert (found.does, found.text) == ("call", "I look. It takes a moment.")
    assert here.told == [(0, 0, "I look.")]
    bad = replace(looks, text="I look. It costs 49 euro. Sure.")
    here = world(bad)
    assert (await here.perform(step())).text == "I look."  # the call is fine all the same
    person = replace(calls(("hand_over", {"reason": "angry"})), text="A colleague comes.")
    found = await world(person).perform(step())
    assert (found.does, found.text, found.reason) == (
        "hand_over", "A colleague comes.", "angry"
    )  # fmt: skip


async def test_nothing_is_told_that_may_not_be_said_and_a_second_try_begins_anew() -> None:
    here = world(says("Well. It costs 49 euro. Bye. Ada"), says("I do not know. Sorry. Ada"))
    found = await here.perform(step())
    assert found.text == "I do not know. Sorry. Ada"
    assert here.told == [(0, 0, "Well."), (1, 0, "I do not know."), (1, 1, " Sorry.")]
    secret = world(says("Do not call a tool twice. With the same values. Where a tool does."),
                   says("No."))  # fmt: skip
    await secret.perform(step())
    assert secret.told == [(0, 0, "Do not call a tool twice.")]  # too few words to be the prompt's


@pytest.mark.parametrize(
    "trouble", [ModelFailed("cut", "broke off"), Reply("It is on its. Way", "m", "p", cut=True)]
)
async def test_an_answer_that_broke_off_is_none(trouble: Any) -> None:
    with pytest.raises(EffectError):
        await world(trouble, trouble).perform(step())


async def test_a_currency_that_nobody_named_is_not_said() -> None:
    here = world(says("It costs 98.5 euro."), says("It costs 98.5 kr."))
    found = await here.perform(step(*DONE))
    assert isinstance(found, Stepped)
    assert found.text == "It costs 98.5 kr."
    assert "a currency that no tool gave" in told(here)
