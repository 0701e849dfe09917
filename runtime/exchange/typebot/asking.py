"""Inputs: questions of one kind each. Typebot asks in the bubble before; the weaving joins them."""

from __future__ import annotations

from functools import partial

from runtime.exchange.typebot.made import Desk, Made, Maker, made, review
from runtime.exchange.typebot.reading import Block, Json, number, object_of, objects_of, text_of
from runtime.exchange.typebot.values import template

MOST_OPTIONS = 100
_MARKED = {"image": ("image/",), "video": ("video/",), "audio": ("audio/",)}


def _question(type_: str, block: Block, desk: Desk) -> Made:
    notes = list[str]()
    return made(type_, asked(block, desk, notes), notes)


def asked(block: Block, desk: Desk, notes: list[str]) -> Json:
    """What all questions have."""
    variable = desk.variables.of(block.options.get("variableId"))
    config: Json = {"variable": variable or desk.variables.fresh("answer")}
    again = text_of(block.options.get("retryMessageContent")).strip()
    if again:
        config["retry_texts"] = [desk.text(again, notes)]
    return config


def text(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    for name, note in (
        ("audioClip", "Voice notes are not taken."),
        ("attachments", "Files beside the text are not taken: ask for them in a File step."),
    ):
        if object_of(block.options.get(name)).get("isEnabled") is True:
            notes.append(note)
    return made("ask.text", asked(block, desk, notes), notes)


def amount(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    config = asked(block, desk, notes)
    for name, theirs in (("minimum", "min"), ("maximum", "max"), ("step", "step")):
        given = block.options.get(theirs)
        found = number(given)
        if found is not None and (name != "step" or found > 0):
            config[name] = int(found) if found.is_integer() else found
        elif given not in (None, ""):
            notes.append(f"Its limit {theirs} is not a number and was left out.")
    if config.get("minimum", 0) > config.get("maximum", float("inf")):
        del config["minimum"], config["maximum"]
        notes.append("Its limits exclude each other and were left out.")
    return made("ask.number", config, notes)


def phone(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    config = asked(block, desk, notes)
    region = text_of(block.options.get("defaultCountryCode")).upper()
    if len(region) == 2 and region.isascii() and region.isalpha():
        config["region"] = region
    return made("ask.phone", config, notes)


def day(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    if block.options.get("hasTime") is True:
        notes.append("Only the day is asked for: ask for the time in a Time step.")
    if block.options.get("isRange") is True:
        notes.append("Only one day is asked for: ask for the second in another Date step.")
    if block.options.get("min") or block.options.get("max"):
        notes.append("Its first and last day were left out.")
    return made("ask.date", asked(block, desk, notes), notes)


def rating(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    config = asked(block, desk, notes)
    icons = text_of(block.options.get("buttonType")) == "Icons"
    highest = int(number(block.options.get("length")) or (5 if icons else 10))
    config |= {"scale": min(max(highest, 2), 10), "style": "stars" if icons else "numbers"}
    if config["scale"] != highest:
        notes.append(f"The scale ends at {config['scale']}.")
    lowest = block.options.get("startsAt")
    if not icons:
        config["begins"] = "one" if number(lowest) == 1 else "zero"
    labels = object_of(block.options.get("labels"))
    if labels.get("left") or labels.get("right"):
        notes.append("The words at its ends were left out: say them in the question.")
    return made("ask.rating", config, notes)


def files(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    config = asked(block, desk, notes)
    if block.options.get("isMultipleAllowed") is True:
        config["most"] = 10
    if block.options.get("isRequired") is False:
        notes.append("It has no button to pass it over; a visitor may write that they skip it.")
    return made("ask.file", config, notes)


def choice(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    config = asked(block, desk, notes)
    if block.options.get("isMultipleChoice") is True:
        config["multiple"] = True
    listed = desk.variables.of(block.options.get("dynamicVariableId"))
    if listed:
        return made("ask.choice", {**config, "options_from": listed}, notes)
    if isinstance(block.options.get("dynamicItems"), dict) and not block.items:
        return review("Its pictures come out of lists: make a list of options and choose from it.")
    ids, ports, options = desk.ids(), dict[str, str](), list[Json]()
    for place, item in enumerate(block.items[:MOST_OPTIONS], 1):
        label = text_of(item.get("content")) or text_of(item.get("title"))
        option: Json = {
            "id": ids.made(text_of(item.get("id")), f"option_{place}"),
            "label": _line(desk.text(label, notes, markdown=False)) or f"Option {place}",
        }
        if text_of(item.get("value")):
            option["value"] = template(text_of(item["value"]), desk.variables, markdown=False).value
        picture = text_of(item.get("pictureSrc"))
        if picture.startswith("https://"):
            option["image"] = picture
        elif picture:
            notes.append("A picture without an address on the web was left out.")
        if text_of(item.get("description")):
            notes.append("Descriptions of pictures were left out.")
        _note_condition(item, notes)
        ports[text_of(item.get("id"))] = option["id"]
        options.append(option)
    if not options:
        return made("ask.text", config, ["It had no options: any answer is taken."])
    if len(block.items) > MOST_OPTIONS:
        notes.append(f"Only {MOST_OPTIONS} of its options were taken.")
    shown = {} if config.get("multiple") else ports
    return made("ask.choice", {**config, "options": options}, notes, shown)


def cards(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    ids, ports, shown = desk.ids(), dict[str, str](), list[Json]()
    for place, item in enumerate(block.items[:10], 1):
        card: Json = {
            "id": ids.made(text_of(item.get("id")), f"card_{place}"),
            "title": _line(desk.text(text_of(item.get("title")), notes)) or f"Card {place}",
        }
        if text_of(item.get("description")):
            card["text"] = desk.text(text_of(item["description"]), notes)
        if text_of(item.get("imageUrl")).startswith("https://"):
            card["image"] = desk.text(text_of(item["imageUrl"]), notes, markdown=False)
        buttons = list[Json]()
        for number_, path in enumerate(objects_of(item.get("paths"))[:10], 1):
            id_ = ids.made(text_of(path.get("id")), f"card_{place}_{number_}")
            label = _line(desk.text(text_of(path.get("text")), notes, markdown=False))
            buttons.append({"id": id_, "label": label or f"Choose {number_}"})
            ports[text_of(path.get("id"))] = id_
        if buttons:
            card["buttons"] = buttons
        _note_condition(item, notes)
        shown.append(card)
    if not shown:
        return Made(None, note="It had no cards.", status="approximated")
    if block.options.get("saveResponseMapping"):
        notes.append("What was chosen is not stored part by part: store the button in a variable.")
    if len(block.items) > len(shown):
        notes.append(f"Only {len(shown)} of its cards were taken.")
    return made("cards", {"cards": shown}, notes, ports)


def _note_condition(item: Json, notes: list[str]) -> None:
    holders = (item, object_of(item.get("options")))
    if any(object_of(each.get("displayCondition")).get("isEnabled") is True for each in holders):
        notes.append("What was shown on a condition is always shown.")


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


MAKERS: dict[str, Maker] = {
    "text input": text,
    "number input": amount,
    "email input": partial(_question, "ask.email"),
    "url input": partial(_question, "ask.url"),
    "phone number input": phone,
    "date input": day,
    "time input": partial(_question, "ask.time"),
    "choice input": choice,
    "picture choice input": choice,
    "rating input": rating,
    "file input": files,
    "cards": cards,
}
