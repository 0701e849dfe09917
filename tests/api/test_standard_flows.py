"""The flows every bot has, as the editor reads them and as a bot takes them over."""

from __future__ import annotations

import copy
from typing import Any

from tests.api.conftest import DOCUMENT

SORRY = "flows.system.not_understood.nodes.sorry.config.text"


def made(workspace: Any, **more: Any) -> str:
    """The address of a new bot."""
    document = copy.deepcopy(DOCUMENT) | more
    bot = workspace.editor.post("/api/v1/bots?unfinished=true", json=document)
    return f"/api/v1/bots/{bot.raise_for_status().json()['id']}"


def flow_in(answer: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(flow for flow in answer["flows"] if flow["id"] == id_)


def text_in(flow: dict[str, Any], node: str) -> str:
    return next(each["config"]["text"] for each in flow["nodes"] if each["id"] == node)


def test_they_are_written_in_the_language_of_the_bot_and_translated_to_its_others(workspace):
    url = made(workspace, language="nb", languages={"en": {}, "sv": {}, "de": {}})
    answer = workspace.viewer.get(f"{url}/standard-flows").json()
    cancel = flow_in(answer, "system.cancel")
    assert "avbryt" in cancel["triggers"][0]["words"]
    assert text_in(cancel, "say") == "Greit, da lar vi det være."
    say = "flows.system.cancel.nodes.say.config.text"
    assert answer["languages"]["en"][say] == "All right, we'll leave it there."
    assert answer["languages"]["sv"][say] == "Okej, då låter vi det vara."
    assert answer["languages"]["de"] == {}
    assert "uk" not in answer["languages"]


def test_the_bots_own_apology_stands_in_them(workspace):
    languages = {"nb": {"settings.not_understood": "Hva?"}}
    url = made(workspace, settings={"not_understood": "Pardon?"}, languages=languages)
    answer = workspace.viewer.get(f"{url}/standard-flows").json()
    assert text_in(flow_in(answer, "system.not_understood"), "sorry") == "Pardon?"
    assert answer["languages"]["nb"][SORRY] == "Hva?"


def test_an_unsound_draft_has_them_too(workspace):
    unsound = {"settings": {"not_understood": "{{ what"}, "languages": ["nb"], "language": "xx"}
    answer = workspace.viewer.get(f"{made(workspace, **unsound)}/standard-flows")
    assert answer.status_code == 200
    told = text_in(flow_in(answer.json(), "system.not_understood"), "sorry")
    assert told.startswith("Sorry")
    assert answer.json()["languages"] == {}


def test_they_are_kept_by_their_etag_until_the_bot_speaks_otherwise(workspace):
    url = made(workspace)
    first = workspace.viewer.get(f"{url}/standard-flows")
    known = {"if-none-match": first.headers["etag"]}
    again = workspace.viewer.get(f"{url}/standard-flows", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    swedish = [{"number": 1, "key": "s:language", "value": "sv"}]
    body = {"tab": "t", "base": 1, "operations": swedish}
    workspace.editor.post(f"{url}/draft/operations", json=body).raise_for_status()
    assert workspace.viewer.get(f"{url}/standard-flows", headers=known).status_code == 200


def test_a_bot_that_takes_one_over_unchanged_says_the_same(workspace):
    """What is copied into a draft differs in nothing from what a release had before."""
    nb = {"flows.main.nodes.hello.config.text": "Hei!"}
    url = made(workspace, languages={"nb": nb})
    workspace.editor.post(f"{url}/publish").raise_for_status()
    standard = workspace.viewer.get(f"{url}/standard-flows").json()
    own = workspace.viewer.get(f"{url}/draft").json()
    document, version = own["document"], own["version"]
    document["flows"] += standard["flows"]
    document["languages"]["nb"] |= standard["languages"]["nb"]
    body = {"version": version, "document": document}
    workspace.editor.put(f"{url}/draft", json=body).raise_for_status()
    assert workspace.viewer.get(f"{url}/releases/1/diff/draft").json() == {"changes": []}
    found = workspace.viewer.post(f"{url}/validate").json()["problems"]
    assert [each for each in found if (each["flow"] or "").startswith("system.")] == []
