from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.ask_file import AskFile
from runtime.core.contract import (
    Chosen,
    File,
    Input,
    Message,
    Next,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
)
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "kinds": ["image", "pdf"],
    "largest": 2.5,
    "most": 3,
}  # a configuration for test_contract

RECEIPT = AskFile(text="Your receipt?", variable="receipt")
PICTURES = AskFile(text="Q", variable="files", kinds=["image", "pdf"], largest=0.5, most=2)
SCAN = File("f1", "scan.pdf", "application/pdf", 1_000)
PHOTO = File("f2", "photo.jpg", "image/jpeg", 2_000)
PLAIN = {"id": "f1", "name": "scan.pdf", "type": "application/pdf", "size": 1_000}
SENT = {"id": "f2", "name": "photo.jpg", "type": "image/jpeg", "size": 2_000}


def again(node_, *files, text="", language="en"):
    outcome = node_.resume(context(attempt=1, language=language), Uploaded(files, text))
    assert isinstance(outcome, Wait), outcome
    return outcome.say[0].text


def test_it_asks_for_one_file_of_any_kind():
    assert RECEIPT.run(context()) == Wait(on="reply", say=(Message("Your receipt?"),))
    assert RECEIPT.input(context()) == Input("file", maximum=1)


def test_it_stores_what_the_file_is():
    ctx = context(attempt=1)
    assert RECEIPT.resume(ctx, Uploaded((SCAN,))) == Next(set={"receipt": PLAIN})
    assert RECEIPT.resume(ctx, Uploaded((PHOTO,), "here")) == Next(set={"receipt": SENT})


def test_several_are_a_list():
    ctx = context(attempt=1)
    assert PICTURES.input(ctx) == Input(
        "file", multiple=True, maximum=2, accept=("image/*", "application/pdf"), largest=524_288
    )
    assert PICTURES.resume(ctx, Uploaded((SCAN,))) == Next(set={"files": [PLAIN]})
    assert PICTURES.resume(ctx, Uploaded((SCAN, PHOTO))) == Next(set={"files": [PLAIN, SENT]})


@pytest.mark.parametrize("event", [UserSaid("I sent it"), Chosen(("x",)), Uploaded((), "there")])
def test_words_are_told_what_to_do(event):
    told = "Please send it as a file: choose one from your device, or drop it here."
    outcome = RECEIPT.resume(context(attempt=1), event)
    assert outcome == Wait(on="reply", say=(Message(told),))


def test_what_does_not_fit_is_named():
    large = File("f3", "big.png", "image/png", 600_000)
    sheet = File("f4", "list.xlsx", "application/x", 5)
    assert again(RECEIPT, SCAN, PHOTO) == "Please send just one file."
    assert again(PICTURES, SCAN, PHOTO, SCAN) == "That is too many files. Please send at most 2."
    assert again(PICTURES, SCAN, large) == (
        "big.png is too large. A file can have at most 0.5\N{NO-BREAK SPACE}MB."
    )
    assert again(PICTURES, sheet) == (
        "list.xlsx is a kind of file I can't take. These are possible: pictures, PDF."
    )
    odd = File("f5", "*my*_list.xlsx", "application/x", 5)
    assert again(PICTURES, odd).startswith("\\*my\\*\\_list.xlsx is")
    assert "зображення, PDF" in again(PICTURES, sheet, language="uk")


@pytest.mark.parametrize(
    ("kind", "name", "type_", "fits"),
    [
        ("document", "a.docx", ("application/vnd.openxmlformats-officedocument"
         ".wordprocessingml.document"), True),
        ("document", "a.pdf", "application/pdf", True),
        ("document", "a.txt", "text/plain; charset=utf-8", True),
        ("document", "a.doc", "application/msword", True),
        ("document", "a.xls", "application/msword", False),
        ("spreadsheet", "a.xls", "application/msword", True),
        ("spreadsheet", "A.CSV", "text/plain", True),
        ("spreadsheet", "a.txt", "text/plain", False),
        ("audio", "a", "audio/ogg", True),
        ("video", "a.mp4", "video/mp4", True),
        ("image", "photo.jpg", "application/x-executable", False),
        ("archive", "a.zip", "application/zip", True),
    ],
)  # fmt: skip
def test_kinds(kind, name, type_, fits):
    node_ = AskFile(text="Q", variable="f", kinds=[kind])
    outcome = node_.resume(context(attempt=1), Uploaded((File("i", name, type_, 1),)))
    assert isinstance(outcome, Next) is fits


def test_the_shared_outcomes():
    assert RECEIPT.resume(context(attempt=3), UserSaid("x")) == Next(port="invalid")
    assert RECEIPT.resume(context(attempt=1), TimedOut("0", "t")) == Next(port="no_reply")
    assert [port.id for port in RECEIPT.ports()] == ["next", "invalid", "no_reply", "cancelled"]
    assert RECEIPT.claims(context(), Uploaded((SCAN,))) is True
    assert RECEIPT.claims(context(), UserSaid("cancel")) is False


def test_it_can_skip_what_is_known():
    known = {"update": {"skip_if_known": True}}
    assert RECEIPT.model_copy(**known).run(context(receipt=PLAIN)) == Next()
    assert PICTURES.model_copy(**known).run(context(files=[PLAIN])) == Next()
    for value in (None, "", [PLAIN], {"id": "f1"}, 5):
        assert isinstance(RECEIPT.model_copy(**known).run(context(receipt=value)), Wait)
    for value in ([], PLAIN, [PLAIN] * 3, [{**SENT, "size": 600_000}]):
        assert isinstance(PICTURES.model_copy(**known).run(context(files=value)), Wait)


@pytest.mark.parametrize(
    "config", [{"kinds": ["exe"]}, {"largest": 0}, {"most": 0}, {"most": 11}, {"kinds": "image"}]
)
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        AskFile(text="Q", variable="v", **config)


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("ask", "ask.file", text="Your receipt?", variable="receipt"),
                node("thanks", "message", text="Thanks for {{ receipt.name }}."),
                "ask > thanks",
            ),
            variables=[{"name": "receipt"}],
        )
    )
    assert talk.say("here it is")[0].startswith("Please send it as a file")
    assert talk.send(Uploaded((SCAN,))) == ["Thanks for scan.pdf."]
    assert talk.vars == {"receipt": PLAIN}
