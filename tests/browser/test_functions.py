"""The plain functions under the pages, without a browser."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder import (
    bots,
    build,
    channels,
    connection,
    conversations,
    headers,
    templates,
    workspace,
)
from builder.gate import destination
from builder.people import Person, person_of, token_of
from builder.session import identifier
from storage.accounts import people, sign_in
from storage.channel_settings import SettingsRefused
from storage.channels import ChannelChanged
from storage.errors import NotFound, Refused
from tests.browser.conftest import document
from tests.conftest import Postgres


@pytest.fixture
def person(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """The owner of a new workspace, signed in."""
    monkeypatch.setenv("DATABASE_URL", postgres.app_url)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("FLYT_DATA", str(tmp_path))
    connection.settings.cache_clear()
    connection.database.cache_clear()
    database = connection.database()
    email = f"{secrets.token_hex(6)}@example.org"
    created = people.create_user(database, email=email, password="correct horse battery")
    token = sign_in.open_session(database, created.user_id)
    found = person_of(f"other=1; flyt_session={token}")
    assert found is not None
    yield found
    database.close()
    connection.database.cache_clear()
    connection.settings.cache_clear()


def test_a_bot_from_upload_to_roll_back(person: Person) -> None:
    made = bots.upload(person, json.dumps(document("One")))
    bot_id, name = made.id, made.name
    [line] = bots.listed(person)
    assert (line.id, line.name, line.version) == (bot_id, name, None)
    where = identifier(bot_id)
    assert bots.publish(person, where, " first ") == 1
    bots.replace_draft(person, where, json.dumps(document("Two")))
    shown = bots.detail(person, where)
    assert (shown.live, shown.draft_is_new, shown.publishable) == (1, True, True)
    assert bots.publish(person, where, "") == 2
    assert bots.roll_back(person, where, 1) == 3
    shown = bots.detail(person, where)
    assert [(each.number, each.live, each.restores) for each in shown.versions] == [
        (3, True, 1),
        (2, False, None),
        (1, False, None),
    ]
    assert shown.versions[2].note == "first"
    assert shown.versions[0].author == person.email
    assert not shown.draft_is_new


def test_a_deleted_bot_comes_back_with_its_key(person: Person) -> None:
    bot_id = identifier(bots.upload(person, json.dumps(document())).id)
    key = bots.detail(person, bot_id).key
    _, freed = bots.delete(person, bot_id)
    assert bots.listed(person) == []
    with pytest.raises(NotFound):
        bots.detail(person, bot_id)
    bots.restore(person, bot_id, [identifier(each) for each in freed])
    assert bots.detail(person, bot_id).key == key != ""


def test_a_chat_is_made_named_and_switched(person: Person) -> None:
    bot_id = identifier(bots.upload(person, json.dumps(document())).id)
    where = identifier(channels.create(person, " Front page ", bot_id))
    shown = channels.detail(person, where)
    assert (shown.name, shown.bot, shown.status) == ("Front page", "Greeter", "unpublished")
    bots.publish(person, bot_id, "")
    assert channels.detail(person, where).status == "live"
    channels.choose_bot(person, where, None)
    assert channels.detail(person, where).status == "no_bot"
    channels.switch(person, where, on=False)
    channels.rename(person, where, "Shop")
    shown = channels.detail(person, where)
    assert (shown.name, shown.status, shown.enabled) == ("Shop", "off", False)
    assert [line.name for line in channels.listed(person)] == ["Shop", "Greeter"]
    assert channels.choices(person) == [(str(bot_id), "Greeter"), ("", "No bot")]
    for name in (" ", "x" * 201):
        with pytest.raises(Refused, match="needs a name"):
            channels.rename(person, where, name)
    assert channels.snippet(shown.key).startswith(f'<script src="{channels.address("")[:-6]}')


def test_each_setting_of_a_chat_leaves_the_others(person: Person) -> None:
    where = identifier(channels.create(person, "Shop", None))
    new = channels.detail(person, where)
    look = new.look | {"accent": "#0A7D55", "title": "Ask"}
    channels.save_look(person, where, look, seen=new.look)
    texts = {"write": " Ask us ", "ended": " ", "unknown": "x"}
    channels.save_texts(person, where, texts, seen=new.texts)
    assert channels.add_origin(person, where, "https://Shop.example/") == "https://shop.example"
    channels.add_origin(person, where, "https://b.example")
    channels.add_origin(person, where, "https://c.example:8443")
    shown = channels.detail(person, where)
    assert shown.look == look | {"accent": "#0a7d55"}
    assert shown.texts == {"write": "Ask us", "closed": "", "ended": "", "anew": ""}
    [line] = channels.listed(person)
    assert line.sites == "shop.example and 2 more"
    channels.remove_origin(person, where, "https://b.example")
    [line] = channels.listed(person)
    assert line.sites == "shop.example, c.example:8443"
    with pytest.raises(Refused, match="in the list already"):
        channels.add_origin(person, where, "https://shop.example:443")
    with pytest.raises(SettingsRefused):
        channels.save_look(person, where, look | {"accent": "red"}, seen=shown.look)
    with pytest.raises(SettingsRefused):
        channels.save_texts(person, where, {"write": "x" * 301}, seen=shown.texts)
    with pytest.raises(ChannelChanged):
        channels.save_look(person, where, look, seen=new.look)
    with pytest.raises(ChannelChanged):
        channels.save_texts(person, where, texts, seen=new.texts)
    assert channels.detail(person, where).look == shown.look


def test_nobody_elses_chat_is_seen_or_changed(person: Person) -> None:
    where = identifier(channels.create(person, "Shop", None))
    workspace.create(person, "Elsewhere")
    other = person_of(f"flyt_session={person.token}")
    assert other is not None
    assert channels.listed(other) == []
    for attempt in (
        lambda: channels.detail(other, where),
        lambda: channels.switch(other, where, on=False),
        lambda: channels.save_look(other, where, {}, seen={}),
        lambda: channels.add_origin(other, where, "https://shop.example"),
        lambda: channels.rename(other, where, "Mine"),
    ):
        with pytest.raises(NotFound):
            attempt()
    bot_id = identifier(bots.upload(other, json.dumps(document())).id)
    with pytest.raises(NotFound):
        channels.choose_bot(person, where, bot_id)
    assert channels.detail(person, where).enabled


def test_what_is_no_document_says_where_and_how_to_mend(person: Person) -> None:
    wrong = document()
    wrong["flows"][0]["nodes"][1]["type"] = "ask.txt"
    with pytest.raises(bots.NotADocument) as refusal:
        bots.upload(person, json.dumps(wrong))
    assert [(each.path, each.severity) for each in refusal.value.mistakes] == [
        ("flows[0].nodes[1].type", "error")
    ]
    assert "ask.text" in refusal.value.mistakes[0].hint
    for text in ("", "[]", "{", "null", "\x00", '{"format": "flyt/9"}'):
        with pytest.raises(bots.NotADocument):
            bots.upload(person, text)
    assert bots.listed(person) == []


def test_every_template_can_be_published(person: Person) -> None:
    assert len(templates.listed()) >= 3
    for card in templates.listed():
        made = bots.upload(person, templates.text(card.id))
        assert made.name == card.name
        assert bots.publish(person, identifier(made.id), "") == 1


@pytest.mark.parametrize("name", ["../flows/survey", "/etc/passwd", "none", ""])
def test_a_template_is_one_of_the_list(name: str) -> None:
    with pytest.raises(NotFound):
        templates.text(name)


def test_the_inbox_is_narrowed_by_ones_own_bots_and_channels(person: Person) -> None:
    made = [bots.upload(person, json.dumps(document(name=name))).id for name in ("tea", "Coffee")]
    found, channels = conversations.choices(person)
    assert found == [{"id": made[1], "name": "Coffee"}, {"id": made[0], "name": "tea"}]
    assert [each["name"] for each in channels] == ["Coffee", "tea"]
    workspace.create(person, "Second")
    elsewhere = person_of(f"flyt_session={person.token}")
    assert elsewhere is not None
    assert conversations.choices(elsewhere) == ([], [])


def test_a_workspace_refuses_what_it_can_not_be(person: Person) -> None:
    before = workspace.facts(person)
    for wrong in (
        {"name": " ", "language": "en", "timezone": "UTC"},
        {"name": "Shop", "language": "xx", "timezone": "UTC"},
        {"name": "Shop", "language": "en", "timezone": "Mars/Olympus"},
    ):
        with pytest.raises(Refused):
            workspace.change(person, **wrong)
    assert workspace.facts(person) == before
    kept = workspace.change(person, name="Shop", language="uk", timezone="Europe/Kyiv")
    assert workspace.facts(person) == kept == workspace.Facts("Shop", "uk", "Europe/Kyiv")


def test_a_new_workspace_is_chosen_at_once(person: Person) -> None:
    workspace.create(person, "Second")
    again = person_of(f"flyt_session={person.token}")
    assert again is not None
    assert again.workspace_name == "Second"
    assert bots.listed(again) == []
    with pytest.raises(Refused):
        workspace.switch(again, identifier("01900000-0000-7000-8000-000000000000"))


def test_languages_are_named_in_themselves() -> None:
    assert dict(workspace.languages())["uk"] == "Українська"
    assert "Europe/Oslo" in workspace.zones()


@pytest.mark.parametrize(
    ("path", "elsewhere"),
    [
        ("/", "/sign-in"),
        ("/settings", "/sign-in?next=/settings"),
        ("//evil.example/x", "/sign-in?next=//evil.example/x"),
        ("/setup", "/sign-in"),
        ("/sign-in", ""),
        ("/invite/token", ""),
    ],
)
def test_where_a_stranger_goes(person: Person, path: str, elsewhere: str) -> None:
    assert destination(path, "") == elsewhere


@pytest.mark.parametrize(
    ("path", "elsewhere"), [("/", ""), ("/setup", "/"), ("/sign-in", "/"), ("/bots/x", "")]
)
def test_where_a_person_goes(person: Person, path: str, elsewhere: str) -> None:
    assert destination(path, f"flyt_session={person.token}") == elsewhere


@pytest.mark.parametrize("cookies", ["", "flyt_session=", "flyt_session=\x01;;", "=;=", "a" * 9000])
def test_an_odd_cookie_is_nobody(person: Person, cookies: str) -> None:
    assert person_of(cookies) is None
    assert token_of(f"{cookies}; x=1") == ""


def test_the_front_follows_the_address_of_the_page(tmp_path: Path) -> None:
    chunk = tmp_path / "assets" / "reflex-env-abc.js"
    chunk.parent.mkdir()
    chunk.write_text(
        "var e={A:`http://same-origin.invalid/ping`,B:`ws://same-origin.invalid/_event`}"
    )
    chunk.with_name("reflex-env-abc.js.gz").write_text("stale")
    build.make_same_origin(tmp_path)
    assert chunk.read_text() == (
        "var e={A:(location.origin+`/ping`),B:(location.origin.replace(/^http/,`ws`)+`/_event`)}"
    )
    assert list(chunk.parent.iterdir()) == [chunk]
    with pytest.raises(build.BuildFailed):
        build.make_same_origin(tmp_path / "nothing")


def test_only_the_scripts_of_the_build_may_run(tmp_path: Path) -> None:
    page = '<script>one()</script><script src="/x.js"></script><script type="module">two()</script>'
    (tmp_path / "index.html").write_text(page)
    policy = headers.content_policy(tmp_path).decode()
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("'sha256-") == 2
    assert "unsafe" not in scripts


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/app-tKHVw0YH.js", True),
        ("/assets/inter-latin-wght-normal-Dx4kXJAl.woff2", True),
        ("/assets/app.js", False),
        ("/", False),
        ("/bots/x", False),
        ("/external/icon.svg", False),
    ],
)
def test_only_what_is_named_by_its_content_is_kept(path: str, kept: bool) -> None:
    assert (b"immutable" in headers.lifetime(path)) is kept
