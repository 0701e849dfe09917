from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.media import Media
from runtime.core.contract import Message, Next
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "kind": "image",
    "url": "https://example.com/{{ picture }}.png",
    "caption": "Our *shop*",
}  # a configuration for test_contract

CTX = context(picture="a*b", page="https://example.com/x")


def shown(kind, url, ctx=CTX):
    outcome = Media(kind=kind, url=url).run(ctx)
    assert isinstance(outcome, Next)
    return outcome.say[0].url if outcome.say else None


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_it_shows_and_goes_on(kind):
    node_ = Media.model_validate({**EXAMPLE, "kind": kind, "caption": "For {{ contact.name }}"})
    said = Message("For Ada", kind, url="https://example.com/a*b.png")
    assert node_.run(CTX) == Next(say=(said,))


@pytest.mark.parametrize(
    "url",
    ["https://example.com/a.png", "http://example.com/a", "HTTPS://example.com/a?b=c#d",
     "/files/0190-ab?token=x.y", "https://bilder.blåbær.no/å.png"],
)  # fmt: skip
def test_what_may_be_asked_for(url):
    assert shown("image", url) == url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.com/map", "https://example.com/map"),
        ("https://www.youtube.com/watch?v=abc-DEF_123&t=5",
         "https://www.youtube-nocookie.com/embed/abc-DEF_123"),
        ("https://youtu.be/abc-DEF_123", "https://www.youtube-nocookie.com/embed/abc-DEF_123"),
        ("https://m.youtube.com/shorts/abcdef12",
         "https://www.youtube-nocookie.com/embed/abcdef12"),
        ("https://www.youtube.com/@shop", "https://www.youtube.com/@shop"),
        ("https://vimeo.com/123456", "https://player.vimeo.com/video/123456?dnt=1"),
        ("{{ page }}", "https://example.com/x"),
    ],
)  # fmt: skip
def test_a_video_becomes_its_player(url, address):
    assert shown("embed", url) == address


UNSAFE = ["javascript:alert(1)", "data:text/html,x", "ftp://example.com/a", "//example.com/a",
          "example.com/a.png", "file:///etc/passwd", "https://", "https://a b.com", "http://[::1",
          "https://ada:secret@example.com/", "/prices", "https://a\\b",
          "https://a.com/\"><b>"]  # fmt: skip


@pytest.mark.parametrize("url", UNSAFE)
def test_anything_else_is_refused_where_it_is_written(url):
    with pytest.raises(ValidationError) as caught:
        Media(kind="image", url=url)
    (error,) = caught.value.errors()
    assert (error["loc"], error["type"]) == (("url",), "address")
    assert error["msg"] == "write an address that begins with https:// or http://"


@pytest.mark.parametrize("url", ["http://example.com", "/files/0190-ab"])
def test_a_page_comes_by_https_alone(url):
    with pytest.raises(ValidationError, match=r"begins with https:// \[type"):
        Media(kind="embed", url=url)


@pytest.mark.parametrize("value", [*UNSAFE, "", None])
def test_where_the_address_turns_out_to_be_none_the_caption_is_said(value):
    ctx = context(found=value)
    assert Media(kind="image", url="{{ found }}", caption="A *cup*").run(ctx) == Next(
        say=(Message("A *cup*"),)
    )
    assert Media(kind="image", url="{{ found }}").run(ctx) == Next()


def test_ports_and_other_wrong_configurations():
    assert [port.id for port in Media.model_validate(EXAMPLE).ports()] == ["next"]
    for wrong in ({"kind": "poster"}, {"url": " "}, {"caption": "{{ x"}):
        with pytest.raises(ValidationError):
            Media.model_validate({**EXAMPLE, **wrong})


def test_a_talk_in_another_language():
    bot = release(
        flow(
            "main", node("show", "media", kind="image", url="https://a.com/en.png", caption="Menu")
        ),
        languages={
            "nb": {
                "flows.main.nodes.show.config.url": "https://a.com/nb.png",
                "flows.main.nodes.show.config.caption": "Meny",
            }
        },
    )
    said = Message("Meny", "image", url="https://a.com/nb.png")
    assert Talk(bot, locale="nb-NO").last.messages == (said,)
