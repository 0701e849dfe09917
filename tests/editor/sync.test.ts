/** Store and server over a line that is cut, loses answers and serves two tabs at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../builder/editor/document.ts";
import { tabsWithUnsent, type Operation, type Shelf } from "../../builder/editor/outbox.ts";
import { Sync } from "../../builder/editor/sync.ts";
import { Refused, type Applied, type Change, type Draft, type Wire } from "../../builder/editor/wire.ts";

const PACE = { typing: 4, longest: 60, poll: 5, pollHidden: 5, examine: 2, retry: 3, retryMost: 6 };

/** The rules of `storage.drafts`: once per tab and number, refused where others were first. */
class Server {
  version = 0;
  items = new Map<string, Change>();
  done = new Map<string, number>();
  calls = 0;
  examined = 0;
  down = false;
  answersLost = 0; // applied, but the answer does not arrive
  unfit = ""; // a value that no draft can hold

  wire(): Wire {
    return {
      draft: async () => this.answer(this.draft()),
      apply: async (tab, base, operations) => this.answer(this.apply(tab, base, operations)),
      changes: async (base, tab) => this.answer({ version: this.version, changes: this.since(base, tab) }),
      validate: async () => {
        this.examined += 1;
        return this.answer({ problems: [] });
      },
    };
  }

  private async answer<T>(value: T): Promise<T> {
    await new Promise((done) => setTimeout(done, 1));
    return value;
  }

  private listening(): void {
    if (this.down) throw new TypeError("no line");
  }

  draft(): Draft {
    this.listening();
    const nodes: { id: string }[] = [];
    const flows = [{ id: "main", name: "Main", start: "a", nodes, edges: [] }];
    for (const { key, value } of this.items.values()) if (key.startsWith("n:") && value) nodes.push(value as { id: string });
    return { version: this.version, document: { flows } };
  }

  apply(tab: string, base: number, operations: readonly Operation[]): Applied {
    this.listening();
    this.calls += 1;
    if (operations.some(({ value }) => JSON.stringify(value).includes(this.unfit || "\0"))) throw new Refused(422, "it has a bad word in it");
    const accepted: Record<string, number> = {};
    const lost: Applied["lost"] = [];
    for (const { number, key, value, base: seen } of operations) {
      const before = this.done.get(`${tab} ${number}`);
      const current = this.items.get(key);
      if (before !== undefined) accepted[number] = before;
      else if (current && current.tab !== tab && current.version > seen) lost.push({ number, reason: "", current });
      else {
        this.version += 1;
        this.items.set(key, { key, value, version: this.version, tab, actor: `user:${tab}` });
        this.done.set(`${tab} ${number}`, this.version);
        accepted[number] = this.version;
      }
    }
    const answer = { version: this.version, accepted, lost, others: this.since(base, tab) };
    if (this.answersLost > 0) {
      this.answersLost -= 1;
      throw new TypeError("the answer was lost");
    }
    return answer;
  }

  private since(base: number, tab: string): Change[] {
    this.listening();
    return [...this.items.values()].filter((item) => item.version > base && item.tab !== tab);
  }

  text(id: string): unknown {
    return (this.items.get(`n:main/${id}`)?.value as { config: { text: string } } | null)?.config.text;
  }
}

class Drawer implements Shelf {
  kept = new Map<string, string>();
  getItem = (name: string) => this.kept.get(name) ?? null;
  setItem = (name: string, text: string) => void this.kept.set(name, text);
  removeItem = (name: string) => void this.kept.delete(name);
}

interface Tab {
  store: Store;
  sync: Sync;
}

async function open(server: Server, tab: string, shelf: Shelf = new Drawer(), closed: string[] = [], named?: Promise<void>): Promise<Tab> {
  const store = new Store("bot");
  const sync = new Sync(store, {
    wire: server.wire(),
    tab,
    shelf,
    pace: PACE,
    unsentTabs: () => closed,
    claim: async (other) => closed.includes(other),
    nameOf: async (actor) => {
      await named;
      return actor.replace("user:", "");
    },
  });
  await sync.start();
  return { store, sync };
}

function write({ store }: Tab, id: string, text: string, join?: string): void {
  store.change("Write", [{ key: `n:main/${id}`, value: { id, type: "message", config: { text } } }], { join });
}

const text = ({ store }: Tab, id: string) => store.get<{ config: { text: string } }>(`n:main/${id}`)?.config.text;

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (holds()) return;
    await new Promise((done) => setTimeout(done, 2));
  }
  assert.fail(`never: ${holds}`);
}

test("an edit is saved, and the status says when", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  write(tab, "a", "Hello");
  assert.equal(tab.store.status.kind, "saving");
  await tab.store.flush();
  assert.equal(server.text("a"), "Hello");
  assert.equal(tab.store.status.kind, "saved");
  assert.ok(tab.store.status.at);
  tab.sync.stop();
});

test("what is typed goes out once, after a pause", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  for (const part of ["H", "He", "Hel"]) write(tab, "a", part, "a/text");
  await until(() => server.text("a") === "Hel");
  assert.equal(server.calls, 1);
  tab.sync.stop();
});

test("a cut line delays and loses nothing", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  server.down = true;
  for (const id of ["a", "b", "c"]) write(tab, id, `of ${id}`);
  write(tab, "a", "again");
  await until(() => tab.store.status.kind === "offline");
  assert.equal(text(tab, "a"), "again");
  server.down = false;
  await until(() => tab.store.status.kind === "saved");
  assert.deepEqual(["a", "b", "c"].map((id) => server.text(id)), ["again", "of b", "of c"]);
  assert.equal(tab.sync.unsent, 0);
  tab.sync.stop();
});

test("an answer that got lost is not an edit made twice", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  server.answersLost = 2;
  write(tab, "a", "once");
  await until(() => tab.store.status.kind === "saved" && tab.sync.unsent === 0);
  assert.equal(server.text("a"), "once");
  assert.equal(server.version, 1);
  tab.sync.stop();
});

test("typing on while the first value is on its way loses neither", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  server.answersLost = 1;
  write(tab, "a", "first");
  await new Promise((done) => setTimeout(done, 2));
  write(tab, "a", "second");
  await until(() => server.text("a") === "second" && tab.sync.unsent === 0);
  assert.equal(text(tab, "a"), "second");
  tab.sync.stop();
});

test("two tabs on different steps both keep what they did", async () => {
  const server = new Server();
  const [one, two] = [await open(server, "one"), await open(server, "two")];
  write(one, "a", "from one");
  write(two, "b", "from two");
  await until(() => text(one, "b") === "from two" && text(two, "a") === "from one");
  assert.equal(one.store.canUndo, true);
  one.store.undo();
  await until(() => server.text("a") === undefined && text(two, "a") === undefined);
  assert.equal(text(one, "b"), "from two");
  one.sync.stop();
  two.sync.stop();
});

test("of two tabs on one step the first stands, and the other is told and can undo", async () => {
  const server = new Server();
  const [one, two] = [await open(server, "Kari"), await open(server, "two")];
  write(one, "a", "hers");
  write(two, "a", "mine");
  await until(() => text(two, "a") === "hers" && two.store.status.kind === "saved");
  assert.match(two.store.notices[0]?.text ?? "", /^Kari changed this step too/);
  assert.equal(server.text("a"), "hers");
  two.store.undo();
  await until(() => server.text("a") === "mine" && text(one, "a") === "mine");
  assert.equal(two.store.notices.length, 1);
  one.sync.stop();
  two.sync.stop();
});

test("undo brings a step back that somebody deleted, before one is even told who it was", async () => {
  const server = new Server();
  let tell = () => {};
  const asked = new Promise<void>((done) => (tell = done));
  const first = await open(server, "one", new Drawer(), [], asked);
  write(first, "a", "Hello");
  await first.store.flush();
  const second = await open(server, "two");
  second.store.change("Delete", [{ key: "n:main/a", value: null }]);
  await second.store.flush();
  write(first, "a", "Hello there");
  await until(() => text(first, "a") === undefined);
  first.store.undo();
  tell();
  await first.store.flush();
  assert.equal(text(first, "a"), "Hello there");
  assert.equal(server.text("a"), "Hello there");
  first.sync.stop();
  second.sync.stop();
});

test("a change that was not seen is not written over after an hour offline", async () => {
  const server = new Server();
  const [one, two] = [await open(server, "one"), await open(server, "two")];
  two.sync.stop();
  write(two, "a", "offline");
  write(one, "a", "online");
  await one.store.flush();
  await two.sync.start();
  two.sync.wake();
  await until(() => two.store.notices.length === 1);
  assert.equal(text(two, "a"), "online");
  one.sync.stop();
  two.sync.stop();
});

test("what a closed page left is sent by the next, once", async () => {
  const server = new Server();
  const shelf = new Drawer();
  const first = await open(server, "first", shelf);
  server.down = true;
  write(first, "a", "left behind");
  first.sync.stop();
  server.down = false;
  assert.deepEqual(tabsWithUnsent("bot", [...shelf.kept.keys()]), ["first"]);
  const second = await open(server, "second", shelf, ["first"]);
  assert.equal(text(second, "a"), "left behind");
  assert.equal(server.version, 1);
  assert.equal(shelf.kept.size, 0);
  second.sync.stop();
});

test("what a closed page left but somebody else changed meanwhile is one undo away", async () => {
  const server = new Server();
  const shelf = new Drawer();
  const first = await open(server, "first", shelf);
  const other = await open(server, "Kari");
  first.sync.stop();
  write(first, "a", "left behind");
  write(other, "a", "hers");
  await other.store.flush();
  const second = await open(server, "second", shelf, ["first"]);
  assert.equal(text(second, "a"), "hers");
  assert.equal(second.store.notices.length, 1);
  second.store.undo();
  await until(() => server.text("a") === "left behind");
  other.sync.stop();
  second.sync.stop();
});

test("what the server can't hold is given up, told, and nothing else with it", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  server.unfit = "bad word";
  tab.store.change("Paste", ["a", "b", "c", "d"].map((id) => ({ key: `n:main/${id}`, value: { id, type: "message", config: { text: id === "c" ? "bad word" : "good" } } })));
  await until(() => tab.sync.unsent === 0 && tab.store.status.kind === "saved");
  assert.deepEqual(["a", "b", "c", "d"].map((id) => server.text(id)), ["good", "good", undefined, "good"]);
  assert.equal(text(tab, "c"), undefined);
  assert.match(tab.store.notices[0]?.text ?? "", /bad word/);
  tab.sync.stop();
});

test("many edits go out in parts and all arrive", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  const edits = Array.from({ length: 650 }, (_, at) => ({ key: `n:main/s${at}`, value: { id: `s${at}`, type: "message", config: { text: String(at) } } }));
  tab.store.change("Paste", edits);
  await tab.store.flush();
  assert.equal(server.items.size, 650);
  assert.equal(server.calls, 4);
  tab.sync.stop();
});

test("a move is not examined, a change of words is", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  write(tab, "a", "Hello");
  await tab.store.flush();
  await until(() => server.examined >= 1);
  await new Promise((done) => setTimeout(done, 12));
  const before = server.examined;
  const step = tab.store.get<object>("n:main/a");
  tab.store.change("Move", [{ key: "n:main/a", value: { ...step, position: { x: 8, y: 8 } } }]);
  await tab.store.flush();
  await new Promise((done) => setTimeout(done, 12));
  assert.equal(server.examined, before);
  tab.sync.stop();
});

test("a flush that can't be answered now says so", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  server.down = true;
  write(tab, "a", "x");
  await assert.rejects(tab.store.flush());
  tab.sync.stop();
});

test("an editor that is left at once still sends the last word", async () => {
  const server = new Server();
  const tab = await open(server, "one");
  tab.store.change("Write", [{ key: "n:main/a", value: { id: "a", type: "message", config: { text: "last word" } } }], { join: "type" });
  tab.sync.stop();
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(server.text("a"), "last word");
});
