import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deleteFlow, renameFlow } from "../../builder/editor/actions.ts";
import { Store, type Edit, type FlowItem, type Link, type StepItem } from "../../builder/editor/document.ts";
import { duplicate, remove } from "../../builder/editor/keys.ts";
import { backToStandard, isChanged, makeOwn, quoted, repairs, switchRepair, whenItRuns } from "../../builder/editor/repairs.ts";
import { standardOf, type StandardFlows } from "../../builder/editor/standard.ts";
import { goTo } from "../../builder/editor/test/places.ts";

const TEXT = "flows.system.cancel.nodes.say.config.text";
const WORD = "flows.system.cancel.triggers.0.words.0";

/** As the server answers them. */
function flows(): StandardFlows {
  const say = { id: "say", type: "message", title: "Say so", config: { text: "All right." }, position: { x: 0, y: 0 } };
  const act = { id: "act", type: "repair", config: { action: "cancel" }, position: { x: 0, y: 160 } };
  const cancel = {
    id: "system.cancel",
    name: "Cancel",
    start: "say",
    triggers: [{ kind: "keyword", words: ["cancel", "stop", "never mind", "forget it"] }],
    nodes: [say, act],
    edges: [{ source: "say", port: "next", target: "act" }],
  };
  const silence = { id: "system.silence", name: "Silence", start: "act", triggers: [], nodes: [act], edges: [] };
  return { flows: [cancel, silence], languages: { nb: { [TEXT]: "Greit.", [WORD]: "avbryt" } } };
}

class Sent implements Link {
  batches: (readonly Edit[])[] = [];
  queue(edits: readonly Edit[]): void {
    this.batches.push(edits);
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

function opened(readOnly = false): { store: Store; sent: Sent } {
  const store = new Store("bot", readOnly);
  const sent = new Sent();
  store.attach(sent);
  store.load(
    new Map<string, unknown>([
      ["f:main", { id: "main", name: "Main", start: "a" }],
      ["n:main/a", { id: "a", type: "message", config: { text: "Hello" } }],
      ["s:languages", { nb: { "flows.main.nodes.a.config.text": "Hei" } }],
    ]),
    () => false,
  );
  store.setStandard(standardOf(flows()));
  return { store, sent };
}

const listed = (store: Store) => repairs(store).map(({ id, own, on }) => [id, own, on]);

test("every flow that is shipped says when it runs", () => {
  const shipped = JSON.parse(readFileSync(new URL("../../runtime/core/document/system.json", import.meta.url), "utf8")) as { flows: { id: string }[] };
  assert.ok(shipped.flows.length >= 8);
  for (const { id } of shipped.flows) assert.notEqual(whenItRuns(id), "", id);
});

test("a standard flow is seen and opened, but none of the document's, and nothing in it changes", () => {
  const { store, sent } = opened();
  assert.deepEqual(store.keys("f:"), ["f:main"]);
  assert.ok(!store.keys().some((key) => key.includes("system.")));
  store.openFlow("system.cancel");
  assert.deepEqual(store.keys("n:system.cancel/"), ["n:system.cancel/say", "n:system.cancel/act"]);
  assert.equal(store.get<FlowItem>("f:system.cancel")?.name, "Cancel");
  assert.equal(store.fixed, true);
  store.select(["n:system.cancel/say"]);
  store.change("Write", [{ key: "n:system.cancel/say", value: { id: "say", type: "message" } }]);
  renameFlow(store, "Rename", "system.cancel", "Mine");
  deleteFlow(store, "Delete", "system.cancel");
  duplicate(store);
  remove(store);
  assert.deepEqual(sent.batches, []);
  assert.equal(store.canUndo, false);
  store.openFlow("main");
  assert.equal(store.fixed, false);
});

test("its cards lie side by side, in the order in which they come", () => {
  const { store } = opened();
  const [say, act] = ["say", "act"].map((id) => store.get<StepItem>(`n:system.cancel/${id}`)?.position);
  assert.ok(say && act && say.x + 240 < act.x);
});

test("what is made one's own is a copy in one step, with its translations, and undo takes it back", () => {
  const { store, sent } = opened();
  store.openFlow("system.cancel");
  let told = 0;
  store.subscribe("flow", () => (told += 1));
  makeOwn(store, "Change", "system.cancel");
  assert.equal(sent.batches.length, 1);
  assert.equal(told, 1);
  assert.deepEqual(sent.batches[0]?.map(({ key }) => key).sort(), ["e:system.cancel/say/next", "f:system.cancel", "n:system.cancel/act", "n:system.cancel/say", "s:languages"]);
  assert.deepEqual(store.get("s:languages"), { nb: { "flows.main.nodes.a.config.text": "Hei", [TEXT]: "Greit.", [WORD]: "avbryt" } });
  assert.deepEqual(store.keys("f:"), ["f:main", "f:system.cancel"]);
  assert.equal(store.fixed, false);
  assert.equal(isChanged(store, "system.cancel"), false);
  store.change("Write", [{ key: "n:system.cancel/say", value: { id: "say", type: "message", config: { text: "Fine." } } }]);
  assert.equal(isChanged(store, "system.cancel"), true);
  store.undo();
  store.undo();
  assert.equal(store.isStandard("system.cancel"), true);
  assert.equal(store.flow, "system.cancel");
  assert.deepEqual(store.get("s:languages"), { nb: { "flows.main.nodes.a.config.text": "Hei" } });
  assert.equal(store.get<{ config: object }>("n:system.cancel/say")?.config && store.canUndo, false);
});

test("back to the standard takes all of it away, and undo brings it back", () => {
  const { store } = opened();
  makeOwn(store, "Change", "system.cancel");
  const mine = { id: "say", type: "message", config: { text: "Fine." } };
  store.change("Write", [{ key: "n:system.cancel/say", value: mine }]);
  store.openFlow("system.cancel");
  backToStandard(store, "Back", "system.cancel");
  assert.deepEqual(store.keys("f:"), ["f:main"]);
  assert.equal(store.flow, "system.cancel");
  assert.deepEqual(store.get("s:languages"), { nb: { "flows.main.nodes.a.config.text": "Hei" } });
  assert.notDeepEqual(store.get("n:system.cancel/say"), mine);
  store.undo();
  assert.deepEqual(store.get("n:system.cancel/say"), mine);
  assert.equal(store.fixed, false);
});

test("switching off makes one's own of it, and switching on again leaves nothing behind", () => {
  const { store, sent } = opened();
  assert.deepEqual(listed(store), [["system.cancel", false, true], ["system.silence", false, true]]);
  switchRepair(store, "system.cancel", false);
  assert.equal(sent.batches.length, 1);
  assert.deepEqual(listed(store)[0], ["system.cancel", true, false]);
  assert.equal(store.get<FlowItem>("f:system.cancel")?.enabled, false);
  switchRepair(store, "system.cancel", true);
  assert.deepEqual(listed(store)[0], ["system.cancel", false, true]);
  store.undo();
  store.undo();
  assert.equal(store.canUndo, false);
  assert.deepEqual(listed(store)[0], ["system.cancel", false, true]);
});

test("a changed flow keeps its changes while it is switched off and on", () => {
  const { store } = opened();
  makeOwn(store, "Change", "system.cancel");
  renameFlow(store, "Rename", "system.cancel", "Stop it");
  switchRepair(store, "system.cancel", false);
  assert.equal(store.get<FlowItem>("f:system.cancel")?.enabled, false);
  switchRepair(store, "system.cancel", true);
  const flow = store.get<FlowItem>("f:system.cancel");
  assert.equal(flow?.name, "Stop it");
  assert.ok(flow && !("enabled" in flow));
});

test("where a card lies and whether it is on is no change, a translation is one", () => {
  const { store } = opened();
  makeOwn(store, "Change", "system.cancel", { enabled: false });
  const say = store.get<object>("n:system.cancel/say");
  store.change("Move", [{ key: "n:system.cancel/say", value: { ...say, position: { x: 80, y: 8 } } }]);
  assert.equal(isChanged(store, "system.cancel"), false);
  store.change("Translate", [{ key: "s:languages", value: { nb: { [TEXT]: "Ok.", [WORD]: "avbryt" } } }]);
  assert.equal(isChanged(store, "system.cancel"), true);
});

test("somebody else's own flow takes the place of the standard one that is looked at", () => {
  const { store } = opened();
  store.openFlow("system.silence");
  assert.equal(store.fixed, true);
  store.take([
    { key: "f:system.silence", value: { id: "system.silence", name: "Theirs", start: "b" } },
    { key: "n:system.silence/b", value: { id: "b", type: "end" } },
  ]);
  assert.deepEqual(store.keys("n:system.silence/"), ["n:system.silence/b"]);
  assert.equal(store.fixed, false);
  store.take([{ key: "f:system.silence", value: null }]);
  assert.deepEqual(store.keys("n:system.silence/"), ["n:system.silence/act"]);
  assert.equal(store.fixed, true);
});

test("who may only look sees all of it and changes none", () => {
  const { store, sent } = opened(true);
  makeOwn(store, "Change", "system.cancel");
  switchRepair(store, "system.cancel", false);
  store.openFlow("system.cancel");
  assert.equal(store.keys("n:system.cancel/").length, 2);
  assert.deepEqual(sent.batches, []);
});

test("a problem in a flow of one's own leads there", () => {
  const { store } = opened();
  makeOwn(store, "Change", "system.cancel");
  goTo(store, { severity: "error", code: "x", path: "flows[1].nodes[0].config.text", message: "", flow: "system.cancel", node: "say" });
  assert.deepEqual([store.flow, store.selection, store.focus?.path], ["system.cancel", ["n:system.cancel/say"], "config.text"]);
});

test("a choice of phrases is quoted", () => {
  assert.equal(quoted(["cancel", "stop"]), "“cancel”, “stop”");
  assert.equal(quoted(["a", "b", "c", "d"]), "“a”, “b”, “c” …");
  assert.equal(quoted([]), "");
});

test("without its flow the first one opened is none of the repairs", () => {
  const store = new Store("bot");
  store.load(new Map<string, unknown>([["f:system.cancel", { id: "system.cancel", name: "Mine", start: "a" }], ["f:start", { id: "start", name: "Start", start: "a" }]]), () => false);
  assert.equal(store.flow, "start");
});
