import assert from "node:assert/strict";
import { test } from "node:test";
import { sentences, type ItemChange } from "../../builder/editor/changes.ts";
import { hasPlace, insideStep } from "../../builder/editor/test/places.ts";

function change(more: Partial<ItemChange>): ItemChange {
  return { change: "changed", item: "node", path: "flows.main.nodes.hello", title: "hello", fields: [], ...more };
}

const byTitle = { of: ({ title }: ItemChange) => title, standard: (flow: string) => ({ "system.back": "Back", "system.skip": "Skip" })[flow] ?? null };

test("short values are told, long ones by the name of their field", () => {
  const short = { path: "config.text", before: "Hello!", after: "Good day!" };
  const long = { path: "config.retry_texts.0", before: null, after: "x" };
  const [one, other] = sentences([change({ fields: [short] }), change({ fields: [short, long] })], byTitle);
  assert.deepEqual(one, { change: "changed", text: "Step “hello” changed", fields: "", values: { before: "Hello!", after: "Good day!" } });
  assert.equal(other?.fields, "text, retry texts");
  assert.equal(other?.values, null);
});

test("connections are counted", () => {
  const edge = change({ item: "edge", path: "flows.main.edges.a.next", title: "a.next" });
  const told = sentences([edge, edge, change({ change: "added", item: "variable", title: "age" })], byTitle);
  assert.deepEqual(told.map(({ text }) => text), ["Variable “age” added", "2 connections changed"]);
});

test("of a flow that is the standard one only that is told, of the bot's own one everything", () => {
  const text = { path: "config.text", before: "All right", after: "Fine" };
  const own = change({ path: "flows.system.cancel.nodes.say", title: "Say so", fields: [text] });
  const back = change({ change: "added", item: "flow", path: "flows.system.back", title: "Back" });
  const backEdge = change({ item: "edge", path: "flows.system.back.edges.a.next", title: "a.next" });
  assert.deepEqual(sentences([own, back, backEdge], byTitle).map((each) => each.text), ["Step “Say so” changed", "Flow “Back” is the standard one now"]);
  const skip = change({ item: "flow", path: "flows.system.skip", title: "Skip" });
  assert.deepEqual(sentences([back, skip], byTitle).map((each) => each.text), ["Flows “Back”, “Skip” are the standard ones now"]);
});

test("a translation is told as far as it is of the bot's own texts", () => {
  const field = (path: string) => ({ path, before: "a", after: null });
  const standard = field("flows.system.back.triggers.0.words.0");
  const nb = (...fields: ReturnType<typeof field>[]) => change({ item: "translation", path: "languages.nb", title: "nb", fields });
  assert.deepEqual(sentences([nb(standard)], byTitle).map((each) => each.text), ["Flow “Back” is the standard one now"]);
  const both = sentences([nb(standard, field("flows.main.nodes.hello.config.text"))], byTitle);
  assert.deepEqual(both.map((each) => each.text), ["Translation “nb” changed", "Flow “Back” is the standard one now"]);
});

test("a flow that is switched off or on is told so", () => {
  const off = { path: "enabled", before: null, after: false };
  const on = { path: "enabled", before: false, after: null };
  const flow = (...fields: ItemChange["fields"][number][]) => change({ item: "flow", path: "flows.system.cancel", title: "Cancel", fields });
  assert.equal(sentences([flow(off)], byTitle)[0]?.text, "Flow “Cancel” switched off");
  assert.equal(sentences([flow(on)], byTitle)[0]?.text, "Flow “Cancel” switched on");
});

test("a problem leads into its step, unless it lies in none", () => {
  assert.equal(insideStep("flows[0].nodes[3].config.options[1].label"), "config.options[1].label");
  assert.equal(insideStep("flows[0].nodes[3]"), undefined);
  const problem = { severity: "error", code: "x", path: "variables[0]", message: "" } as const;
  assert.equal(hasPlace(problem), false);
  assert.equal(hasPlace({ ...problem, flow: "main" }), true);
});
