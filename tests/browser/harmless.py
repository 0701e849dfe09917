"""Shows hostile words wherever somebody's words are shown, and looks whether any of it ran."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, Request, expect

from runtime.core.document import DocumentError, parse
from runtime.core.problems import problems

LONGEST_NAME, LONGEST_REPLY = 200, 9_000
_LOADS = 60_000  # milliseconds that a page may take

_HOOKS = """window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = (...words) => { window.ran.push(`${name}(${words.join()})`); };
}
document.addEventListener("securitypolicyviolation", (event) => {
  window.ran.push(`${event.violatedDirective} kept it from ${event.blockedURI}`);
});"""

# Elements that a page of ours never makes of somebody's words, in open shadow roots as well.
_LOOK = """() => {
  const found = [];
  const runs = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data:text)/i;
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      const address = each.src?.baseVal ?? each.src ?? each.data ?? "";
      const ours = !address || new URL(address, location.href).origin === location.origin;
      const strange =
        ["IFRAME", "OBJECT", "EMBED", "APPLET", "BASE", "FRAME"].includes(each.tagName) ||
        (each.tagName === "SCRIPT" && (!ours || root !== document)) ||
        (["IMG", "VIDEO", "AUDIO", "SOURCE"].includes(each.tagName) && !ours &&
          !/^(data:image|blob:)/.test(address)) ||
        [...each.attributes].some((one) => one.name.startsWith("on") ||
          (/^(href|xlink:href|src|action|formaction|data|to|values)$/.test(one.name) &&
            runs.test(one.value)));
      if (strange) found.push(each.outerHTML.slice(0, 200));
      if (each.shadowRoot) look(each.shadowRoot);
    }
  };
  look(document);
  return [...found, ...window.ran];
}"""

_WORDS = """() => {
  const words = (root) => [...root.querySelectorAll("*")]
    .map((each) => each.shadowRoot ? words(each.shadowRoot) : "").join("")
    + (root.body?.innerText ?? [...root.children].map((one) => one.innerText ?? "").join(""))
    + [...root.querySelectorAll("input, textarea")].map((one) => one.value).join("");
  return words(document);
}"""


@dataclass
class Watch:
    """What happened in a browser that should not have; ``shown``: lines that were seen."""

    context: BrowserContext
    url: str
    found: list[str] = field(default_factory=list[str])
    shown: int = 0

    def __post_init__(self) -> None:
        self.context.add_init_script(_HOOKS)
        self.context.on("request", self._requested)

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(_LOADS)
        page.on("dialog", lambda dialog: self._tell(page, f"a dialog: {dialog.message}"))
        page.on("framenavigated", self._went)
        return page

    def look(self, page: Page, lines: Sequence[str] = ()) -> None:
        """Looks for what has run or could, and for ``lines``, which must stand there as text."""
        page.wait_for_timeout(300)  # what runs at once has run by then
        for one in page.evaluate(_LOOK):
            self._tell(page, one)
        if len(self.context.pages) > 1:
            self._tell(page, "a window was opened")
        words = without_spaces(page.evaluate(_WORDS))
        for line in lines:
            if without_spaces(line) in words:
                self.shown += 1
            else:
                self._tell(page, f"not shown as it was written: {line}")

    def _tell(self, page: Page, what: str) -> None:
        self.found.append(f"{urlsplit(page.url).path}: {what}")

    def _requested(self, request: Request) -> None:
        local = request.url.startswith(("data:", "blob:", "about:"))
        if not local and urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.found.append(f"asked for {request.url[:200]}")

    def _went(self, frame: Frame) -> None:
        if not frame.url.startswith((self.url, "about:blank")):
            self.found.append(f"went to {frame.url[:200]}")


def without_spaces(text: str) -> str:
    """As two texts are compared: a page draws spaces and the ends of lines in its own way."""
    return "".join(text.split())


# Where somebody's words are shown -------------------------------------------------------


def show(watch: Watch, lines: Sequence[str]) -> None:
    """In the list of bots, on cards, in the test panel, the chat and the inbox: one visit each."""
    admin = Admin(watch)
    typed = [line for line in lines if line.strip()]
    names = [line.strip()[:LONGEST_NAME] for line in typed]
    bots = [admin.bot(named(name)) for name in names]
    page = watch.page()
    _bots(watch, page, names)
    _editor(watch, page, admin.bot(wild(typed)), typed)
    sound = admin.bot(telling([line for line in typed if is_sound(line)]))
    key = admin.publish(sound, names[0])
    _test_panel(watch, page, sound, typed)
    conversation = _chat(watch, page, admin, key, typed)
    page.goto(f"{watch.url}/inbox?id={conversation}")
    expect(page.get_by_role("log", name="Transcript")).to_contain_text("You said", timeout=_LOADS)
    while (more := page.locator(".inbox-more[aria-expanded=false]")).count():  # of a long text
        more.first.click()
    watch.look(page, typed)
    page.close()
    for bot in bots:
        admin.delete(bot)


def _bots(watch: Watch, page: Page, names: Sequence[str]) -> None:
    page.goto(watch.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=_LOADS)
    expect(page.get_by_text(names[0], exact=True).first).to_be_visible(timeout=_LOADS)
    watch.look(page, names)


def _editor(watch: Watch, page: Page, bot: str, lines: Sequence[str]) -> None:
    page.goto(f"{watch.url}/bots/{bot}/edit")
    expect(page.locator(".react-flow__node").first).to_be_visible(timeout=_LOADS)
    page.wait_for_timeout(500)
    watch.look(page, lines)
    page.locator(".react-flow__node").first.click()
    watch.look(page)


def _test_panel(watch: Watch, page: Page, bot: str, typed: Sequence[str]) -> None:
    page.goto(f"{watch.url}/bots/{bot}/edit")
    page.get_by_role("button", name="Test", exact=True).click()
    chat = page.get_by_role("log", name="Conversation")
    expect(chat).to_contain_text("What is it?", timeout=_LOADS)
    for words in joined(typed):
        told = chat.locator(".test-said").count()
        page.get_by_role("textbox", name="Write as the visitor").fill(words)
        page.keyboard.press("Enter")
        expect(chat.locator(".test-said")).to_have_count(told + 3, timeout=_LOADS)
    watch.look(page, typed)


def _chat(watch: Watch, page: Page, admin: Admin, key: str, typed: Sequence[str]) -> str:
    """Says the words where a visitor does, sees them again after a reload; the conversation."""
    page.goto(f"{watch.url}/chat/{key}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("What is it?", timeout=_LOADS)
    for words in joined(typed):
        told = log.locator(".row").count()
        page.get_by_role("textbox", name="Write a message").fill(words)
        page.keyboard.press("Enter")
        expect(log.locator(".row")).to_have_count(told + 3, timeout=_LOADS)
    watch.look(page, typed)
    page.reload()
    expect(log).to_contain_text("You said", timeout=_LOADS)
    watch.look(page, typed)
    return admin.newest_conversation()


class Admin:
    """The owner's API, by the cookies of the browser."""

    def __init__(self, watch: Watch) -> None:
        self._send = watch.context.request
        self._api = f"{watch.url}/api/v1"
        self._headers = {"origin": watch.url}

    def bot(self, document: dict[str, Any]) -> str:
        return self._post("/bots?unfinished=true", document)["id"]

    def publish(self, bot: str, name: str) -> str:
        """Publishes it on a channel of this name; the channel's key."""
        self._post(f"/bots/{bot}/publish", {})
        look = {"title": name[:60].strip()}
        body = {"name": name, "bot_id": bot, "settings": {"look": look}}
        return self._post("/channels", body)["key"]

    def delete(self, bot: str) -> None:
        self._send.delete(f"{self._api}/bots/{bot}", headers=self._headers)

    def newest_conversation(self) -> str:
        return self._send.get(f"{self._api}/conversations?limit=1").json()["items"][0]["id"]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._send.post(f"{self._api}{path}", data=body, headers=self._headers)
        assert answer.ok, f"{path}: {answer.text()}"
        return answer.json()


# Documents that hold them ----------------------------------------------------------------


def named(name: str) -> dict[str, Any]:
    return _document([], name)


def wild(lines: Sequence[str]) -> dict[str, Any]:
    """Each line as title, text, option and picture of a step; hardly a bot that could run."""
    nodes: list[dict[str, Any]] = []
    for line in lines:
        options = [{"id": "x", "label": line, "image": line}]
        nodes += [
            {"type": "message", "title": line, "config": {"text": line}},
            {"type": "ask.choice", "title": line, "config": {"text": line, "options": options}},
            {"type": "media", "config": {"kind": "image", "url": line, "caption": line}},
        ]
    return _document(nodes, "Wild")


def telling(lines: Sequence[str]) -> dict[str, Any]:
    """Says each line, then asks, and says again what is answered."""
    ask = {"text": "What is it?", "variable": "said"}
    again: list[dict[str, Any]] = [
        {"type": "ask.text", "title": "ask", "config": ask},
        {"type": "message", "config": {"text": "You said {{ said }}"}},
        {"type": "jump", "config": {"node": f"n{len(lines)}"}},
    ]
    told = [{"type": "message", "config": {"text": line}} for line in lines]
    return _document([*told, *again], "Telling")


def is_sound(line: str) -> bool:
    """Whether a bot that says it may be published: formulas name variables that exist."""
    try:
        found = problems(parse(telling([line])))
    except DocumentError:
        return False
    return all(problem.severity != "error" for problem in found)


def joined(lines: Sequence[str]) -> list[str]:
    """All lines in as few replies as they fit into."""
    replies = [""]
    for line in lines:
        if len(replies[-1]) + len(line) > LONGEST_REPLY:
            replies.append("")
        replies[-1] += f"{line}\n"
    return replies


def _document(nodes: list[dict[str, Any]], name: str) -> dict[str, Any]:
    placed = [
        node | {"id": f"n{place}", "position": {"x": place % 12 * 320, "y": place // 12 * 240}}
        for place, node in enumerate(nodes)
    ]
    edges = [
        {"source": f"n{place}", "port": "next", "target": f"n{place + 1}"}
        for place in range(len(nodes) - 1)
    ]
    flow = {"id": "main", "name": name, "start": "n0", "triggers": [{"kind": "start"}]}
    variables = [{"name": "said"}]
    return {"format": "flyt/1", "name": name, "description": name, "variables": variables,
            "flows": [flow | {"nodes": placed, "edges": edges}]}  # fmt: skip
