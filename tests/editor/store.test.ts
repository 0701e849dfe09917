import assert from "node:assert/strict";
import { test } from "node:test";
import { Store, type Edit, type Link } from "../../builder/editor/document.ts";

class Sent implements Link {
  batches: { edits: readonly Edit[]; typing: boolean; onlyPlaces: boolean }[] = [];
  queue(edits: readonly Edit[], kind: { typing: boolean; onlyPlaces: boolean }): void {
    this.batches.push({ edits, ...kind });
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

const step = (id: string, text = "", x = 0) => ({ id, type: "message", config: { text }, position: { x, y: 0 } });

function opened(): { store: Store; sent: Sent } {
  const store = new Store("bot");
  const sent = new Sent();
  store.attach(sent);
  store.load(
    new Map<string, unknown>([
      ["f:main", { id: "main", name: "Main", start: "a" }],
      ["n:main/a", step("a")],
      ["n:main/b", step("b")],
      ["e:main/a/next", { source: "a", port: "next", target: "b" }],
    ]),
    () => false,
  );
  return { store, sent };
}

test("an edit is there at once, sent, and taken back", () => {
  const { store, sent } = opened();
  store.change("Write", [{ key: "n:main/a", value: step("a", "Hello") }]);
  assert.deepEqual(store.get("n:main/a"), step("a", "Hello"));
  assert.equal(store.undoLabel, "Write");
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a"));
  store.redo();
  assert.deepEqual(store.get("n:main/a"), step("a", "Hello"));
  assert.deepEqual(sent.batches.map((batch) => (batch.edits[0]?.value as ReturnType<typeof step>).config.text), ["Hello", "", "Hello"]);
});

test("an edit that changes nothing is none", () => {
  const { store, sent } = opened();
  store.change("Write", [{ key: "n:main/a", value: step("a") }]);
  assert.equal(store.canUndo, false);
  assert.equal(sent.batches.length, 0);
});

test("typing without a pause is one step back, and a pause begins another", (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  const { store } = opened();
  const type = (text: string) => store.change("Type", [{ key: "n:main/a", value: step("a", text) }], { join: "a/text" });
  type("H");
  context.mock.timers.tick(600);
  type("He");
  context.mock.timers.tick(600);
  type("Hey");
  context.mock.timers.tick(701);
  type("Hey you");
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a", "Hey"));
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a"));
  assert.equal(store.canUndo, false);
});

test("choosing another step ends what typing would join", () => {
  const { store } = opened();
  const type = (text: string) => store.change("Type", [{ key: "n:main/a", value: step("a", text) }], { join: "a/text" });
  store.select(["n:main/a"]);
  type("H");
  store.select(["n:main/b"]);
  store.select(["n:main/a"]);
  type("He");
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a", "H"));
});

test("undo leaves alone what somebody else has changed since", () => {
  const { store } = opened();
  store.change("Write both", [
    { key: "n:main/a", value: step("a", "mine") },
    { key: "n:main/b", value: step("b", "mine") },
  ]);
  store.take([{ key: "n:main/b", value: step("b", "theirs") }]);
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a"));
  assert.deepEqual(store.get("n:main/b"), step("b", "theirs"));
});

test("what others have changed altogether is passed over by undo", () => {
  const { store } = opened();
  store.change("First", [{ key: "n:main/a", value: step("a", "mine") }]);
  store.change("Second", [{ key: "n:main/b", value: step("b", "mine") }]);
  store.take([{ key: "n:main/b", value: step("b", "theirs") }]);
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a"));
  assert.deepEqual(store.get("n:main/b"), step("b", "theirs"));
});

test("an edit that lost can be brought back by undo", () => {
  const { store, sent } = opened();
  store.change("Write", [{ key: "n:main/a", value: step("a", "mine") }]);
  store.yield("Keep theirs", "n:main/a", step("a", "mine"), step("a", "theirs"));
  assert.deepEqual(store.get("n:main/a"), step("a", "theirs"));
  store.undo();
  assert.deepEqual(store.get("n:main/a"), step("a", "mine"));
  assert.deepEqual(sent.batches.at(-1)?.edits, [{ key: "n:main/a", value: step("a", "mine") }]);
});

test("listeners hear of their own item only, and of the shape only where it changes", () => {
  const { store } = opened();
  const heard: string[] = [];
  for (const topic of ["n:main/a", "n:main/b", "shape"]) store.subscribe(topic, () => heard.push(topic));
  store.change("Write", [{ key: "n:main/a", value: step("a", "x") }]);
  assert.deepEqual(heard.splice(0), ["n:main/a"]);
  store.change("Move", [{ key: "n:main/b", value: step("b", "", 8) }]);
  assert.deepEqual(heard.splice(0).sort(), ["n:main/b", "shape"]);
  store.change("Disconnect", [{ key: "e:main/a/next", value: null }]);
  assert.deepEqual(heard, ["shape"]);
});

test("a move is marked, so that nothing is examined for it", () => {
  const { store, sent } = opened();
  store.change("Move", [{ key: "n:main/b", value: step("b", "", 8) }]);
  store.change("Write", [{ key: "n:main/b", value: step("b", "x", 8) }]);
  store.change("Delete", [{ key: "n:main/b", value: null }]);
  assert.deepEqual(sent.batches.map((batch) => batch.onlyPlaces), [true, false, false]);
});

test("the selection and the open flow keep to what exists", () => {
  const { store } = opened();
  store.take([{ key: "f:other", value: { id: "other", name: "Other", start: "" } }]);
  store.openFlow("other");
  store.take([{ key: "f:other", value: null }]);
  assert.equal(store.flow, "main");
  store.select(["n:main/a"]);
  store.take([{ key: "n:main/a", value: null }]);
  assert.deepEqual(store.selection, []);
});

test("a step of another flow opens that flow when it is chosen", () => {
  const { store } = opened();
  store.take([
    { key: "f:other", value: { id: "other", name: "Other", start: "c" } },
    { key: "n:other/c", value: step("c") },
  ]);
  store.select(["n:other/c"], "text");
  assert.equal(store.flow, "other");
  assert.deepEqual(store.focus, { key: "n:other/c", path: "text" });
});

test("who may only look changes nothing", () => {
  const store = new Store("bot", true);
  store.load(new Map([["n:main/a", step("a")]]), () => false);
  store.change("Write", [{ key: "n:main/a", value: step("a", "x") }]);
  assert.deepEqual(store.get("n:main/a"), step("a"));
});
