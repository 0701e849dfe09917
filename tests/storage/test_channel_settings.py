"""What a channel may be told about its look, its texts and its sites."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from storage.channel_settings import LARGEST_AVATAR, SettingsRefused, checked, origin, whole_look

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURE = f"data:image/png;base64,{PIXEL}"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:3000/", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://blåbær.no", "https://xn--blbr-roah.no"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(written: str, kept: str) -> None:
    assert origin(written) == kept
    assert origin(kept) == kept


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("*", "an empty list allows every site"),
        ("https://*.example", "each site by itself"),
        ("shop.example", "begin with https://"),
        ("ftp://shop.example", "begin with https://"),
        ("javascript:alert(1)", "begin with https://"),
        ("", "begin with https://"),
        ("null", "begin with https://"),
        ("https://shop.example/cart", "https://shop.example"),
        ("https://shop.example?a=1", "https://shop.example"),
        ("https://shop.example#top", "https://shop.example"),
        ("https://ada@shop.example", "https://shop.example"),
        ("https://shop.example:x", "no address"),
        ("https://shop.example:99999", "no address"),
        ("https://[::1", "no address"),
        ("https://shop example", "not the name of a site"),
        ("https://shop..example", "not the name of a site"),
        ("https://shop;script", "not the name of a site"),
    ],
)
def test_what_is_no_origin_is_refused_with_its_mend(written: str, mend: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        checked({"allowed_origins": ["https://a.example", written]})
    [(place, message)] = refusal.value.errors.items()
    assert place == "allowed_origins.1"
    assert mend in message


@pytest.mark.parametrize(
    ("look", "place"),
    [
        ({"accent": "red"}, "look.accent"),
        ({"accent": "#12345"}, "look.accent"),
        ({"accent": "#1234567"}, "look.accent"),
        ({"accent": "#12345g"}, "look.accent"),
        ({"accent": "#123456;background:url(//e.example)"}, "look.accent"),
        ({"title": "x" * 61}, "look.title"),
        ({"subtitle": "x" * 101}, "look.subtitle"),
        ({"greeting": "x" * 161}, "look.greeting"),
        ({"mode": "black"}, "look.mode"),
        ({"position": "top"}, "look.position"),
        ({"radius": 29}, "look.radius"),
        ({"radius": -1}, "look.radius"),
        ({"launcher": {"text": "x" * 31}}, "look.launcher.text"),
        ({"launcher": {"icon": "x"}}, "look.launcher.icon"),
        ({"colour": "#123456"}, "look.colour"),
        ({"avatar": "https://e.example/a.png"}, "look.avatar"),
        ({"avatar": "data:image/svg+xml;base64,PHN2Zz4="}, "look.avatar"),
        ({"avatar": "data:image/png;base64,PHN2Zz4="}, "look.avatar"),
        ({"avatar": "data:image/png;base64,A"}, "look.avatar"),
        ({"avatar": f"data:image/jpeg;base64,{PIXEL}"}, "look.avatar"),
        ({"avatar": PICTURE + "A" * LARGEST_AVATAR}, "look.avatar"),
        ("dark", "look"),
    ],
)
def test_a_look_that_can_not_be_is_refused_at_its_place(look: Any, place: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        checked({"look": look})
    assert list(refusal.value.errors) == [place]


def test_what_is_given_is_normalised_and_nothing_is_added() -> None:
    given = {
        "look": {"accent": " #AABBCC ", "title": " Shop ", "avatar": PICTURE},
        "allowed_origins": ["https://a.example/", "https://A.example"],
        "texts": {"send": " Go ", "nb": {"send": "Kjør "}},
        "identity_secret": "kept",
    }
    assert checked(given) == {
        "look": {"accent": "#aabbcc", "title": "Shop", "avatar": PICTURE},
        "allowed_origins": ["https://a.example"],
        "texts": {"send": "Go", "nb": {"send": "Kjør"}},
        "identity_secret": "kept",
    }
    assert checked({}) == {}
    assert checked(checked(given)) == checked(given)


def test_texts_are_few_short_and_named() -> None:
    for texts in (
        {"1": "x"},
        {"send": "x" * 301},
        {"send": 1},
        {"nb": {"send": {}}},
        {f"t{n}": "" for n in range(101)},
    ):
        with pytest.raises(SettingsRefused):
            checked({"texts": texts})


def test_a_whole_look_has_the_usual_for_what_is_not_set() -> None:
    whole = whole_look({"look": {"accent": "#112233"}})
    assert (whole["accent"], whole["mode"], whole["launcher"]) == ("#112233", "auto", {"text": ""})
    assert checked({"look": whole}) == {"look": whole}
    assert len(base64.b64decode(PIXEL)) < 100
